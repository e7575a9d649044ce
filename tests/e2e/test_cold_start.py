"""A worker whose rules are broken when it starts: events are kept, and decided on as soon as the folder is right."""

from pathlib import Path
from typing import Any

import httpx

from state import keys
from tests.config_map import mount
from tests.e2e.house import APP_ID, House, at_home
from tests.e2e.test_webhook_to_tag import notification, post
from tests.e2e.test_workspaces import ADMINS, deployed
from tests.redis_server import RedisServer
from tests.waiting import eventually

TAGS = "version: 1\ntags: {cold: Brr}\n"
RULES = """version: 1
rules:
  - id: hello
    if: {message.text: {mentions_any: [hello]}}
    then: {add: [cold]}
"""
UNKNOWN_FIELD = RULES.replace("message.text", "mesage.text")
UNKNOWN_TAG = RULES.replace("[cold]", "[could]")

EVENTS = 20


async def readiness(operations: str) -> tuple[int, str]:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{operations}/livez")).status_code == 200
        answer = await client.get(f"{operations}/readyz")
        return answer.status_code, answer.text


async def rules(operations: str) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False) as client:
        return dict((await client.get(f"{operations}/rules")).json())


async def enqueue(house: House) -> list[str]:
    """Customers write in so many conversations; their ids."""
    conversations = [str(number) for number in range(1, EVENTS + 1)]
    await house.tag_id("cold")
    for conversation in conversations:
        await house.seed("conversation", conversation)
        assert await post(house, notification("conversation", conversation, "<p>hello</p>")) == 200
    return conversations


async def untouched(house: House) -> bool:
    """Whether every job waits as it came: nobody has ever held one, and nothing was written down against any."""
    held = [*await house.redis.keys(f"{keys.LEASE}*"), *await house.redis.keys(f"{keys.TRIES}*")]
    return not held and await house.redis.zcard(keys.queue(APP_ID)) == EVENTS and not await house.reads()


async def test_what_came_while_the_rules_were_broken_is_tagged_as_soon_as_they_are_mended(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": UNKNOWN_FIELD}, "..2026_09_01")
    variables = {"AUTOTAGGER_RULES": str(tmp_path), "AUTOTAGGER_RULES_INTERVAL": "0.1"}
    async with at_home(redis_server, variables=variables) as house:
        operations = house.workers[0].urls[0]

        async def ready() -> bool:
            return await readiness(operations) == (200, "ok")

        async def told(place: str) -> bool:
            return (
                f"workspace {APP_ID} is not evaluated: {tmp_path}/rules.yaml:{place}"
                in (await readiness(operations))[1]
            )

        await eventually(lambda: told('4:10: unknown field "mesage.text"'), timeout=10)
        conversations = await enqueue(house)
        mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": UNKNOWN_TAG}, "..2026_09_02")
        # The folder is still looked at, and a change that mends nothing changes nothing but the reason.
        await eventually(lambda: told('5:18: tag "could" is not in tags.yaml'), timeout=10)
        assert (await readiness(operations))[0] == 503
        assert await untouched(house)
        shown = (await rules(operations))[APP_ID]
        assert (shown["running"], shown["last_reload_successful"]) == (None, False)
        assert {finding["code"] for finding in shown["rejected"]["findings"]} >= {"unknown-tag", "no-examples"}

        mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": RULES}, "..2026_09_03")
        await eventually(ready, timeout=10)
        await house.all_done()

        assert [await house.tags("conversation", one) for one in conversations] == [{"cold"}] * EVENTS
        assert await house.letters() == ()
        shown = (await rules(operations))[APP_ID]
        assert (shown["running"]["rules"], shown["rejected"], shown["last_reload_successful"]) == (1, None, True)


async def test_a_workspace_without_its_rules_keeps_no_other_back(redis_server: RedisServer, tmp_path: Path) -> None:
    async with deployed(redis_server, tmp_path, without_rules=("north001",)) as deployment:
        for app_id in ADMINS:
            assert await deployment.send(app_id) == 200

        async def south_is_done() -> bool:
            return await deployment.tagged("south002") == {"warm": ADMINS["south002"]}

        await eventually(south_is_done, timeout=20)
        status, why = await readiness(deployment.worker.urls[0])
        assert (status, await deployment.calls("north001"), await deployment.tagged("north001")) == (503, [], {})
        assert why.startswith(
            f"workspace north001 is not evaluated: {tmp_path}/north001:1:1: this folder cannot be read"
        )
        assert "south002" not in why

        (tmp_path / "north001-later").rename(tmp_path / "north001")
        await eventually(deployment.idle, timeout=20)

        assert await deployment.tagged("north001") == {"cold": ADMINS["north001"]}
        assert await readiness(deployment.worker.urls[0]) == (200, "ok")
