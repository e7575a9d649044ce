"""Client secrets that change while the receiver runs, as Kubernetes changes them: by swapping a link."""

import time
from pathlib import Path

import httpx

from cli.fleet import redis_url, running
from tests.redis_server import RedisServer
from tests.service.receiver import APP_ID, notification, post
from tests.waiting import eventually


class Secret:
    """A mounted Secret: the file is a link into `..data`, and that a link to the folder of the moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "client-secrets"
        self.file.symlink_to("..data/client-secrets")

    def hold(self, content: str) -> None:
        """Swap it as the kubelet does."""
        now = self._folder / f"..{time.monotonic_ns()}"
        now.mkdir()
        (now / "client-secrets").write_text(content)
        fresh = self._folder / "..data_tmp"
        fresh.symlink_to(now.name)
        fresh.replace(self._folder / "..data")


async def test_client_secrets_rotate_without_a_restart_and_without_a_refusal(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    secret = Secret(tmp_path)
    secret.hold("the-old-secret\n")
    variables = {
        "REDIS_URL": redis_url(redis_server.settings),
        "AUTOTAGGER_APP_ID": APP_ID,
        "AUTOTAGGER_CLIENT_SECRETS_FILE": str(secret.file),
        "AUTOTAGGER_SECRETS_INTERVAL": "0.05",
        "AUTOTAGGER_PORT": "0",
        "AUTOTAGGER_OPS_PORT": "0",
        "AUTOTAGGER_HOST": "127.0.0.1",
    }

    async with (
        running("serve", variables=variables) as receiver,
        httpx.AsyncClient(base_url=str(httpx.URL(receiver.urls[0]).join("/")), trust_env=False) as client,
    ):

        async def answer(key: str) -> int:
            return (await post(client, notification(), secret=key)).status_code

        async def accepted(key: str) -> bool:
            return await answer(key) == 200

        async def refused(key: str) -> bool:
            return await answer(key) == 401

        async def measured(line: str) -> bool:
            return line in (await client.get(f"{receiver.urls[1]}/metrics")).text

        assert await accepted("the-old-secret")
        assert await refused("the-new-secret")

        secret.hold("the-new-secret,the-old-secret")
        await eventually(lambda: accepted("the-new-secret"))
        assert await accepted("the-old-secret")

        secret.hold("")
        await eventually(lambda: measured("autotagger_client_secrets_last_reload_successful 0.0"))
        assert await accepted("the-old-secret")

        secret.hold("the-new-secret")
        await eventually(lambda: refused("the-old-secret"))
        assert await accepted("the-new-secret")

        counted = (await client.get(f"{receiver.urls[1]}/metrics")).text
        assert counted.count("autotagger_webhooks_verified_total{") == 2

    said = "\n".join(await receiver.said)
    assert "the client secrets stay as they were: AUTOTAGGER_CLIENT_SECRETS_FILE is empty" in said
    assert "-secret" not in said.replace("client-secrets", "") + counted
