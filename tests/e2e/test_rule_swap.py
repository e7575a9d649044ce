"""Rules that are swapped under load, as Kubernetes swaps a ConfigMap: each event is decided by one whole set."""

import asyncio
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.fleet import Program
from facts.target import Target
from state.feed import Feed
from state.ledger import Ledger
from tests.config_map import mount
from tests.e2e.house import APP_ID, House, at_home
from tests.e2e.test_webhook_to_tag import notification
from tests.redis_server import RedisServer
from tests.service.receiver import post
from tests.waiting import eventually

SWAPS = 6
BESIDE_EACH = 12
"""Events that are under way while a set is swapped for the other, and again so many once it is at work."""

TAGS = ("left/one", "left/two", "right/one", "right/two")
REGISTRY = "version: 1\ntags:\n" + "".join(f"  {tag}: Half of a pair\n" for tag in TAGS)


def pair(side: str) -> dict[str, str]:
    """A set of which each half stands in a file of its own, so that there is something to tear apart."""
    halves = {
        half: "version: 1\nrules:\n"
        f"  - {{id: {side}-{half}, if: {{message.text: {{mentions_any: [hello]}}}}, then: {{add: {side}/{half}}}}}\n"
        for half in ("one", "two")
    }
    return {"tags.yaml": REGISTRY} | {f"{half}.yaml": text for half, text in halves.items()}


BROKEN = {
    "tags.yaml": REGISTRY,
    "one.yaml": "version: 1\nrules:\n  - {id: one, if: {mesage.text: x}, then: {add: left/one}}\n",
}


class Mounted:
    """The folder of the rules; `hold` swaps it as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._versions = count()

    def hold(self, files: Mapping[str, str]) -> None:
        """Have it hold these files, and no others."""
        mount(self.folder, files, f"..{next(self._versions)}")


async def shown(house: House, worker: Program) -> dict[str, Any]:
    """What a worker says of its rules."""
    return dict((await house.simulator.get(f"{worker.urls[0]}/rules")).json()[APP_ID])


async def sets(house: House) -> set[str]:
    """The hashes of the sets that are at work anywhere."""
    return {(await shown(house, worker))["running"]["hash"] for worker in house.workers}


async def say_hello(house: House, conversations: list[str]) -> None:
    """A customer says so in each of them at once."""
    async with httpx.AsyncClient(base_url=httpx.URL(house.webhook).join("/"), trust_env=False) as client:
        sent = [post(client, notification("conversation", one, "hello")) for one in conversations]
        assert {answer.status_code for answer in await asyncio.gather(*sent)} == {200}


async def test_every_event_is_decided_by_one_whole_set(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = Mounted(tmp_path)
    rules.hold(pair("left"))
    variables = {"AUTOTAGGER_RULES": str(tmp_path), "AUTOTAGGER_RULES_INTERVAL": "0.05"}
    async with at_home(redis_server, workers=2, variables=variables) as house:
        for tag in TAGS:
            await house.tag_id(tag)
        (left,) = await sets(house)
        by_hash, ids = {left: "left"}, map(str, count(1))
        spoken_to: list[str] = []

        async def speak() -> None:
            conversations = [next(ids) for _ in range(BESIDE_EACH)]
            await asyncio.gather(*(house.seed("conversation", conversation) for conversation in conversations))
            spoken_to.extend(conversations)
            await say_hello(house, conversations)

        async def swap(side: str) -> None:
            (before,) = await sets(house)
            rules.hold(pair(side))
            await eventually(lambda: taken_up(house, before))
            (after,) = await sets(house)
            by_hash.setdefault(after, side)

        for turn in range(SWAPS):
            await asyncio.gather(speak(), swap("left" if turn % 2 else "right"))
            await speak()
        await house.all_done()

        assert sorted(by_hash.values()) == ["left", "right"]
        _, entries = await Feed(house.redis).after()
        decided_by = {entry.target: entry.rule_set for entry in entries}
        assert len(decided_by) == len(entries) == len(spoken_to) == SWAPS * BESIDE_EACH * 2
        assert set(decided_by.values()) == set(by_hash)
        state = (await house.simulator.get("/_simulator/state")).json()["conversations"]
        for conversation in spoken_to:
            target = Target(APP_ID, "conversation", conversation)
            rule_set = decided_by[str(target)]
            whole = {f"{by_hash[rule_set]}/{half}" for half in ("one", "two")}
            assert {tag["name"] for tag in state[conversation]["tags"]} == whole
            assert await claims(house, target) == {(tag, rule_set) for tag in whole}
        assert await house.letters() == ()


async def claims(house: House, target: Target) -> set[tuple[str, str]]:
    """The tags that rules want on it as the ledger has it, each with the hash of their set."""
    entries = (await Ledger(house.redis).entries(target)).values()
    return {(entry.tag, claim.rule_set) for entry in entries for claim in entry.claims.values()}


async def taken_up(house: House, before: str) -> bool:
    """Whether all workers have gone on from a set to the same other one."""
    found = await sets(house)
    return len(found) == 1 and before not in found


@pytest.mark.alone
async def test_a_swap_is_at_work_in_every_worker_within_ten_seconds(redis_server: RedisServer, tmp_path: Path) -> None:
    """By what holds unless told otherwise, which is a look each 5 s. Receivers read no rules."""
    rules = Mounted(tmp_path)
    rules.hold(pair("left"))
    async with at_home(redis_server, workers=2, variables={"AUTOTAGGER_RULES": str(tmp_path)}) as house:
        (before,) = await sets(house)

        rules.hold(pair("right"))

        await eventually(lambda: taken_up(house, before), timeout=10)


async def test_a_broken_set_stays_out_and_is_told_with_file_and_line(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = Mounted(tmp_path)
    rules.hold(pair("left"))
    variables = {"AUTOTAGGER_RULES": str(tmp_path), "AUTOTAGGER_RULES_INTERVAL": "0.05"}
    async with at_home(redis_server, workers=2, variables=variables) as house:
        for tag in TAGS:
            await house.tag_id(tag)
        await house.seed("conversation", "1")
        await house.seed("conversation", "2")
        (left,) = await sets(house)

        async def all_tell(value: int) -> bool:
            line = f'autotagger_rules_last_reload_successful{{app_id="{APP_ID}"}} {value}.0'
            pages = [await house.simulator.get(f"{worker.urls[0]}/metrics") for worker in house.workers]
            return all(line in page.text for page in pages)

        rules.hold(BROKEN)
        await eventually(lambda: all_tell(0))
        await say_hello(house, ["1"])
        await house.all_done()

        assert await house.tags("conversation", "1") == {"left/one", "left/two"}
        assert await sets(house) == {left}
        for worker in house.workers:
            findings = (await shown(house, worker))["rejected"]["findings"]
            place = [(found["file"], found["line"]) for found in findings if found["severity"] == "error"]
            assert place == [(f"{tmp_path}/one.yaml", 3)]

        rules.hold(pair("right"))
        await eventually(lambda: all_tell(1))
        await say_hello(house, ["2"])
        await house.all_done()

        assert await house.tags("conversation", "2") == {"right/one", "right/two"}
        workers = tuple(house.workers)
    for worker in workers:
        assert any(f"{tmp_path}/one.yaml:3:" in line for line in await worker.said)
