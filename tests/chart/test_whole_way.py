"""What the chart renders is run: its arguments, variables and mounted files, in real processes, up to a tag."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.fleet import Program, examples, running
from tests.chart.rendering import Rendered, render
from tests.chart.test_processes import Pod
from tests.e2e.house import ADMIN_ID, APP_ID, House, at_home
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.redis_server import RedisServer
from tests.waiting import eventually

INTERCOM = "https://intercom.example.com"
SECRETS = {"autotagger": {"client-secrets": "test-client-secret\n", "access-token": "test-token\n"}}

OF_THIS_MACHINE = {"AUTOTAGGER_HOST": "127.0.0.1", "AUTOTAGGER_PORT": "0", "AUTOTAGGER_OPS_PORT": "0"}
"""A pod has its ports for itself, and processes here do not."""


def release(helm: str, redis_server: RedisServer) -> Rendered:
    """One whose only peculiarity is where Redis and Intercom are."""
    values: dict[str, Any] = {
        "workspaces": {APP_ID: {"adminId": ADMIN_ID, "existingSecret": "autotagger", "url": INTERCOM}},
        "redis": {"host": "127.0.0.1", "port": redis_server.port},
        "rules": {"files": {path.name: path.read_text() for path in examples().glob("*.yaml")}},
    }
    return render(helm, None, **values)


async def start(house: House, rendered: Rendered, component: str, folder: Path) -> Program:
    """Start what is in the component's pod, once each of its probes has said yes."""
    pod = Pod(rendered, component, SECRETS, folder / component)
    spaces = folder / component / f"etc/autotagger/workspaces/{component}.yaml"
    # The simulator speaks no TLS.
    spaces.write_text(spaces.read_text().replace(INTERCOM, str(house.simulator.base_url).rstrip("/")))
    container = rendered.container(component)
    program = await house.stack.enter_async_context(
        running(*container["args"], variables=pod.variables | OF_THIS_MACHINE)
    )

    async def well() -> bool:
        paths = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        answers = [await house.simulator.get(program.urls[-1] + path) for path in paths]
        return {answer.status_code for answer in answers} == {httpx.codes.OK}

    await eventually(well, timeout=20)
    return program


@pytest.mark.alone
async def test_a_release_tags(either_helm: str, redis_server: RedisServer, tmp_path: Path) -> None:
    rendered = release(either_helm, redis_server)
    async with at_home(redis_server, workers=0) as house:
        await house.know_tags()
        await house.seed("conversation", "7")
        house.receiver = await start(house, rendered, "receiver", tmp_path)
        await start(house, rendered, "worker", tmp_path)

        assert await post(house, notification("conversation", "7", REFUND)) == httpx.codes.OK
        await house.all_done()

        assert await house.tags("conversation", "7") == {"billing/refund"}
