"""Secrets that change while receiver and worker run, as Kubernetes changes them: by swapping a link."""

import time
from pathlib import Path

import httpx

from cli.fleet import redis_url, running
from state import keys
from state.circuit import Circuits
from tests.e2e.house import APP_ID, House, at_home
from tests.e2e.test_webhook_to_tag import REFUND
from tests.e2e.test_webhook_to_tag import notification as written
from tests.e2e.test_webhook_to_tag import post as write
from tests.redis_server import RedisServer
from tests.service.receiver import notification, post
from tests.waiting import eventually


class Secret:
    """A mounted Secret: the file is a link into `..data`, and that a link to the folder of the moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "secret"
        self.file.symlink_to("..data/secret")

    def hold(self, content: str) -> None:
        """Swap it as the kubelet does."""
        now = self._folder / f"..{time.monotonic_ns()}"
        now.mkdir()
        (now / "secret").write_text(content)
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


async def test_an_access_token_rotates_without_a_restart_and_burns_nothing(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    secret = Secret(tmp_path)
    secret.hold("the-old-token\n")
    own = {"AUTOTAGGER_ACCESS_TOKEN_FILE": str(secret.file), "AUTOTAGGER_SECRETS_INTERVAL": "0.05"}

    # Intercom accepts the new one only, from before the worker hears of it.
    async with at_home(redis_server, simulator=("--token", "the-new-token"), variables=own) as house:
        await house.send(events=20, rate=200)
        await eventually(house.sent, timeout=20)
        await eventually(lambda: is_open(house, f"workspace:{APP_ID}"))
        waiting = await house.redis.zrange(keys.queue(APP_ID), 0, -1)

        secret.hold("the new token")
        await eventually(lambda: measured(house, "autotagger_access_tokens_last_reload_successful 0.0"))
        burnt = [await house.redis.hget(keys.TRIES + job.decode(), "failures") for job in waiting]  # type: ignore[misc]
        assert burnt == [None] * len(waiting)

        secret.hold("the-new-token")
        run = await house.settled()

        assert waiting
        assert run["differences"] == []
        assert await house.letters() == ()
        assert not await is_open(house, f"workspace:{APP_ID}")
        counted = await metrics(house)
        (worker,) = house.workers

    said = "\n".join(await worker.said)
    assert said.count("Intercom refuses the token") == 2
    assert said.count("mended after") == 1
    assert "the access tokens stay as they were: AUTOTAGGER_ACCESS_TOKEN_FILE holds a space" in said
    assert "-token" not in said + counted


async def test_a_new_token_is_tried_at_once(redis_server: RedisServer, tmp_path: Path) -> None:
    secret = Secret(tmp_path)
    secret.hold("the-old-token")
    own = {
        "AUTOTAGGER_ACCESS_TOKEN_FILE": str(secret.file),
        "AUTOTAGGER_SECRETS_INTERVAL": "0.05",
        "AUTOTAGGER_REFUSED_WAIT": "600",
    }
    async with at_home(redis_server, simulator=("--token", "the-new-token"), variables=own) as house:
        await house.know_tags()
        for number in ("1", "2"):
            await house.seed("conversation", number)
        await write(house, written("conversation", "1", REFUND))
        await eventually(lambda: is_open(house, f"workspace:{APP_ID}"))

        secret.hold("the-new-token")
        await write(house, written("conversation", "2", REFUND))

        async def tagged() -> bool:
            return bool(await house.tags("conversation", "2"))

        await eventually(tagged, timeout=20)
        assert not await is_open(house, f"workspace:{APP_ID}")


async def is_open(house: House, scope: str) -> bool:
    return scope in [one.scope for one in await Circuits(house.redis).standing()]


async def metrics(house: House) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{house.workers[0].urls[0]}/metrics")).text


async def measured(house: House, line: str) -> bool:
    return line in await metrics(house)
