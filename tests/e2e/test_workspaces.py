"""Several workspaces in one deployment: each has its own token, secret, admin, rules and Intercom."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from redis.asyncio import Redis

from cli.fleet import Program, redis_url, running
from state import keys
from tests.e2e.house import QUICK
from tests.e2e.test_webhook_to_tag import notification
from tests.redis_server import RedisServer
from tests.service.receiver import signature
from tests.waiting import eventually

APP_IDS = ("north001", "south002")
ADMINS = {"north001": "5017001", "south002": "5017002"}
TAG = {"north001": "cold", "south002": "warm"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """One receiver and one worker for two workspaces, each with a simulator of its own."""

    receiver: Program
    worker: Program
    intercoms: dict[str, httpx.AsyncClient]
    redis: Redis

    async def send(
        self,
        app_id: str,
        *,
        secret: str | None = None,
        conversation: str = "7",
        client: httpx.AsyncClient | None = None,
    ) -> int:
        """A customer writes in a workspace; the status of the answer."""
        document = {**notification("conversation", conversation, "<p>hello</p>"), "app_id": app_id}
        body = json.dumps(document).encode()
        headers = {"Content-Type": "application/json"}
        headers["X-Hub-Signature"] = signature(body, secret or f"secret-{app_id}")
        async with contextlib.AsyncExitStack() as stack:
            sender = client
            if sender is None:
                sender = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
            return (await sender.post(self.receiver.urls[0], content=body, headers=headers)).status_code

    async def tagged(self, app_id: str) -> dict[str, str]:
        """Which tags are on the conversation in a workspace, and who put them there."""
        state = (await self.intercoms[app_id].get("/_simulator/state")).json()
        return {tag["name"]: tag["applied_by"] for tag in state["conversations"]["7"]["tags"]}

    async def calls(self, app_id: str) -> list[dict[str, Any]]:
        """All calls that a workspace's Intercom has got."""
        return list((await self.intercoms[app_id].get("/_simulator/calls")).json()["calls"])

    async def idle(self) -> bool:
        """Whether no job is left."""
        return not any([await self.redis.zcard(keys.queue(app_id)) for app_id in APP_IDS])

    async def metrics(self) -> str:
        """What the receiver counts."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{self.receiver.urls[1]}/metrics")).text


@contextlib.asynccontextmanager
async def deployed(
    redis_server: RedisServer, folder: Path, *, without_rules: tuple[str, ...] = ()
) -> AsyncIterator[Deployment]:
    """A deployment in `folder`. The rules of those `without_rules` stand beside their place, as `APP_ID-later`."""
    async with contextlib.AsyncExitStack() as stack:
        intercoms = {app_id: await stack.enter_async_context(_intercom(app_id)) for app_id in APP_IDS}
        page = {app_id: _settings(folder, app_id, str(intercoms[app_id].base_url)) for app_id in APP_IDS}
        (folder / "workspaces.yaml").write_text(yaml.safe_dump(page))
        for app_id in without_rules:
            (folder / app_id).rename(folder / f"{app_id}-later")
        variables = {
            "REDIS_URL": redis_url(redis_server.settings),
            "AUTOTAGGER_WORKSPACES": str(folder / "workspaces.yaml"),
            "AUTOTAGGER_HOST": "127.0.0.1",
            "AUTOTAGGER_OPS_PORT": "0",
        }
        of_worker = QUICK | {"AUTOTAGGER_RULES_INTERVAL": "0.1"}
        receiver, worker = await asyncio.gather(
            stack.enter_async_context(running("serve", variables=variables | {"AUTOTAGGER_PORT": "0"})),
            stack.enter_async_context(running("worker", variables=variables | of_worker)),
        )
        yield Deployment(receiver, worker, intercoms, await stack.enter_async_context(redis_server.client()))


@contextlib.asynccontextmanager
async def _intercom(app_id: str) -> AsyncIterator[httpx.AsyncClient]:
    arguments = ("--port", "0", "--app-id", app_id, "--token", f"token-{app_id}")
    async with (
        running("simulator", *arguments, variables={}) as program,
        httpx.AsyncClient(base_url=program.urls[0], trust_env=False) as client,
    ):
        for name in TAG.values():
            (await client.post("/_simulator/tags", json={"name": name})).raise_for_status()
        (await client.post("/_simulator/conversations", json={"id": "7"})).raise_for_status()
        yield client


def _settings(folder: Path, app_id: str, url: str) -> dict[str, Any]:
    """What the file of workspaces says of one."""
    rules = folder / app_id
    rules.mkdir()
    (rules / "tags.yaml").write_text("version: 1\ntags: {cold: Brr, warm: Ah}\n")
    rule = f"{{id: hello, if: {{message.text: {{mentions_any: [hello]}}}}, then: {{add: [{TAG[app_id]}]}}}}"
    (rules / "rules.yaml").write_text(f"version: 1\nrules:\n- {rule}\n")
    (folder / f"{app_id}-token").write_text(f"token-{app_id}")
    (folder / f"{app_id}-secret").write_text(f"secret-{app_id}")
    return {
        "client_secrets_file": f"{app_id}-secret",
        "access_token_file": f"{app_id}-token",
        "admin_id": ADMINS[app_id],
        "intercom_url": url.rstrip("/"),
        "rules": app_id,
        "calls_per_window": 100,
    }


async def test_each_workspace_has_its_own_rules_token_and_admin(redis_server: RedisServer, tmp_path: Path) -> None:
    async with deployed(redis_server, tmp_path) as deployment:
        statuses = [await deployment.send(app_id) for app_id in APP_IDS]
        await eventually(deployment.idle, timeout=20)

        assert statuses == [200, 200]
        # The same id stands for another conversation in each workspace.
        for app_id in APP_IDS:
            assert await deployment.tagged(app_id) == {TAG[app_id]: ADMINS[app_id]}
            assert [(call["method"], call["path"], call["status"]) for call in await deployment.calls(app_id)] == [
                ("GET", "/tags", 200),
                ("POST", "/conversations/7/tags", 200),
            ]


async def test_one_workspace_whose_intercom_is_down_keeps_no_other_back(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with deployed(redis_server, tmp_path) as deployment:
        down = {"kind": "status", "status": 503}
        (await deployment.intercoms["north001"].post("/_simulator/faults", json=down)).raise_for_status()
        for app_id in APP_IDS:
            await deployment.send(app_id)

        async def south_is_done() -> bool:
            return await deployment.tagged("south002") != {}

        await eventually(south_is_done, timeout=20)
        assert not await deployment.idle()
        (await deployment.intercoms["north001"].delete("/_simulator/faults")).raise_for_status()
        await eventually(deployment.idle, timeout=20)

        assert await deployment.tagged("north001") == {"cold": ADMINS["north001"]}


async def test_events_of_other_workspaces_are_counted_and_nothing_is_done(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with deployed(redis_server, tmp_path) as deployment:
        unknown = await deployment.send("nobodys9", secret="secret-north001")
        confused = await deployment.send("south002", secret="secret-north001")
        await eventually(deployment.idle, timeout=20)

        assert (unknown, confused) == (200, 401)
        counted = await deployment.metrics()
        assert 'outcome="unknown workspace"' in counted
        assert [await deployment.calls(app_id) for app_id in APP_IDS] == [[], []]
        assert [await deployment.tagged(app_id) for app_id in APP_IDS] == [{}, {}]
