"""Whatever happens to events on their way, the end is what a simple model says: two machines that Hypothesis drives."""

import asyncio
import os
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import booleans, sampled_from

from simulator.faults import Fault
from simulator.workspace.tags import Applied
from state import entry, keys
from state.claim import Claimant
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import CONVERSATION
from tests.workers.office import APP_ID, Office, at_work

T = TypeVar("T")

RULES = """
version: 1
rules:
- {id: a, if: {message.text: {mentions_any: [refund]}}, then: {add: [vip]}, if_unmatched: %s}
- {id: r, if: {message.text: {mentions_any: [never]}}, then: {remove: [vip]}}
"""
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0")) // 100
"""How many runs of each machine: a few that are always the same, or, for who has time, many of them and longer ones."""
BYSTANDER = "99"
WORDS = sampled_from(["refund", "never", "thanks"])
TROUBLES = [
    Fault("rate_limit", count=1),
    Fault("status", status=503, count=1),
    Fault("status", status=503, count=1, when="after"),
    Fault("reset", count=1, when="after"),
]
STEPS = [0.0, 7_200.0, -7_200.0]
"""How far the host's clock is off, in seconds."""
REAL = time.time
SPACING = 5
"""Seconds between two events, by Intercom's clock: none is as young as a call before it."""


class Machine(RuleBasedStateMachine):
    """A worker, and one conversation in which customers write."""

    def __init__(self, server: RedisServer, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.off = 0.0
        patch.setattr(time, "time", lambda: REAL() + self.off)
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = Path(self.runner.run(self._enter_folder()))
        self.base = int(REAL())
        self.clock, self.since = SPACING, REAL()
        self.office = self.runner.run(self._open(server))
        self.takes_back = False
        self.told: list[tuple[int, str, dict[str, Any]]] = []
        self.kept: list[tuple[str, tuple[int, str, dict[str, Any]]]] = []

    async def _enter_folder(self) -> str:
        return self.stack.enter_context(TemporaryDirectory())

    async def _open(self, server: RedisServer) -> Office:
        working = at_work(
            server.settings, self.folder, rules=RULES % "keep", lease=2.0, call_timeout=0.3, clock=self.now
        )
        office = await self.stack.enter_async_context(working)
        await office.redis.flushdb()
        office.place("conversation", CONVERSATION)
        office.place("conversation", BYSTANDER)
        return office

    def now(self) -> float:
        """Intercom's clock: a second after the newest event, and at most as far as the next one."""
        return self.base + self.clock + 1 + min(REAL() - self.since, SPACING - 2)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(what)

    @property
    def there(self) -> bool:
        return "vip" in self.office.tags("conversation", CONVERSATION)

    @property
    def vip(self) -> str:
        return self.office.simulator.workspace.find_or_create_tag("vip")[0].id

    def time_goes_on(self) -> None:
        self.clock, self.since = self.clock + SPACING, REAL()

    def written(self, word: str) -> tuple[int, str, dict[str, Any]]:
        """A customer writes: when, the topic, and the item, which shows the tags as they are now."""
        self.time_goes_on()
        tags = {"tags": [{"id": self.vip, "name": "vip"}] if self.there else []}
        return (self.clock, *events.reply(word, tags=tags))

    def deliver(self, event: tuple[int, str, dict[str, Any]]) -> None:
        self.told.append(event)
        self.run(self._deliver(event))

    async def _deliver(self, event: tuple[int, str, dict[str, Any]]) -> None:
        await self.tell(event)
        await self.office.done()

    async def tell(self, event: tuple[int, str, dict[str, Any]]) -> str:
        after, topic, item = event
        job_id = await self.office.tell(topic, item, at=self.base + after)
        self.kept.append((job_id, event))
        return job_id

    @rule(off=sampled_from(STEPS))
    def step_the_hosts_clock(self, off: float) -> None:
        self.off = off

    async def crash(self, event: tuple[int, str, dict[str, Any]]) -> None:
        """Somebody takes the job, and is never heard of again."""
        await self.office.workers.aclose()
        job_id = await self.tell(event)
        claimed = await Claimant(self.office.redis, "crashed", lease=0.2).claim([keys.queue(APP_ID)], most=1)
        assert [claim.job_id for claim in claimed.jobs] == [job_id]
        await self.office.another_worker()
        await self.office.done()

    @precondition(lambda self: self.kept)
    @rule(newest=booleans())
    def intercom_sends_it_again(self, newest: bool) -> None:
        job_id, (after, topic, item) = self.kept[-1 if newest else 0]
        calls = len(self.office.changes())

        async def again() -> None:
            await self.office.tell(topic, item, at=self.base + after, job_id=job_id)
            await self.office.done()

        self.run(again())
        assert len(self.office.changes()) == calls

    @rule()
    def change_the_rules(self) -> None:
        self.takes_back = not self.takes_back
        (self.folder / "rules.yaml").write_text(RULES % ("remove" if self.takes_back else "keep"))
        self.run(self.office.another_worker())

    @rule(trouble=sampled_from(TROUBLES))
    def trouble_ahead(self, trouble: Fault) -> None:
        fields = {name: getattr(trouble, name) for name in trouble.__struct_fields__}
        self.office.simulator.faults.add(Fault(**fields | {"path": "/conversations"}))

    def verdict(self, word: str) -> str:
        if word == "thanks":
            return "withdrawn" if self.takes_back else ""
        # The rule that adds does not match here, and gives up its claim besides.
        return {"refund": "add", "never": "remove"}[word]

    @invariant()
    def nobody_decided_on_the_bystander(self) -> None:
        assert self.office.tags("conversation", BYSTANDER) == set()

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.run(self.office.letters()) == ()


class Reordered(Machine):
    """Events come late, twice and out of order, and leases are lost: the newest event wins."""

    def __init__(self, server: RedisServer, patch: pytest.MonkeyPatch) -> None:
        super().__init__(server, patch)
        self.held: list[tuple[str, tuple[int, str, dict[str, Any]]]] = []
        self.verdicts: dict[int, str] = {}
        self.lost = False

    @rule(word=WORDS)
    def write(self, word: str) -> None:
        event = self.written(word)
        self.verdicts[event[0]] = self.verdict(word)
        self.deliver(event)

    @rule(word=WORDS)
    def write_and_be_late(self, word: str) -> None:
        self.held.append((word, self.written(word)))

    @precondition(lambda self: self.held)
    @rule(newest=booleans())
    def arrive(self, newest: bool) -> None:
        word, event = self.held.pop(-1 if newest else 0)
        self.verdicts[event[0]] = self.verdict(word)
        self.deliver(event)

    @precondition(lambda self: self.told)
    @rule(newest=booleans())
    def arrive_twice(self, newest: bool) -> None:
        event = self.told[-1 if newest else 0]
        word = event[2]["conversation_parts"]["conversation_parts"][0]["body"][3:-4]
        # It is decided on by the rules of now.
        self.verdicts[event[0]] = self.verdict(word) or self.verdicts[event[0]]
        self.deliver(event)

    @rule(word=WORDS)
    def crash_with_the_job(self, word: str) -> None:
        event = self.written(word)
        self.verdicts[event[0]] = self.verdict(word)
        self.run(self.crash(event))

    @precondition(lambda self: not self.lost)
    @rule()
    def lose_the_lease(self) -> None:
        self.lost = True
        event = self.written("refund")
        self.verdicts[event[0]] = "add"
        self.run(self._lose(event))

    async def _lose(self, event: tuple[int, str, dict[str, Any]]) -> None:
        self.office.simulator.faults.add(Fault("hang", count=1, when="after", path="/conversations"))
        calls = len(self.office.changes())
        job_id = await self.tell(event)

        async def under_way_or_over() -> bool:
            return len(self.office.changes()) > calls or not await self.office.redis.zcard(keys.queue(APP_ID))

        await eventually(under_way_or_over)
        await self.office.redis.delete(keys.LEASE + job_id)
        await self.office.redis.zadd(keys.queue(APP_ID), {job_id: 0}, xx=True)
        await self.office.done()

    @invariant()
    def the_newest_event_has_won(self) -> None:
        said = [verdict for _, verdict in sorted(self.verdicts.items()) if verdict]
        assert self.there is (bool(said) and said[-1] == "add")


class WithPeople(Machine):
    """A person puts the tag on and takes it off between events: they win."""

    def __init__(self, server: RedisServer, patch: pytest.MonkeyPatch) -> None:
        super().__init__(server, patch)
        self.wanted = False
        self.standing = "absent"
        self.unseen = False

    @rule(word=WORDS, crash=booleans())
    def write(self, word: str, crash: bool) -> None:
        verdict = self.verdict(word)
        if verdict:
            self._see()
            self._act(verdict)
        event = self.written(word)
        if crash:
            self.run(self.crash(event))
        else:
            self.deliver(event)

    def _see(self) -> None:
        """What a person did since the last event that rules looked at is known now."""
        if self.unseen and self.there:
            self.standing = "theirs" if self.standing in {"removed", "vetoed"} else "found"
        elif self.unseen:
            self.standing = "vetoed"
        self.unseen = False

    def _act(self, verdict: str) -> None:
        taken_off = {"remove": {"ours", "found"}, "withdrawn": {"ours"}}
        if verdict == "add" and self.standing in {"absent", "removed"}:
            self.standing = "ours"
        elif self.standing in taken_off.get(verdict, ()):
            self.standing = "removed"

    @precondition(lambda self: not self.unseen)
    @rule()
    def a_person_changes_it(self) -> None:
        workspace = self.office.simulator.workspace
        tagged = workspace.objects["conversation", CONVERSATION]
        self.unseen = True
        self.time_goes_on()
        if self.there:
            workspace.detach(tagged, self.vip)
        else:
            workspace.attach(tagged, self.vip, Applied(int(self.now()), "5017002"))

    @invariant()
    def it_is_as_people_and_rules_left_it(self) -> None:
        present = self.standing in {"ours", "found", "theirs"}
        assert self.there is (present is not self.unseen)


@pytest.mark.parametrize("machine", [Reordered, WithPeople], ids=["reordered", "with people"])
def test_the_end_is_what_the_model_says(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch, machine: type[Machine]
) -> None:
    # How often a tag went to and fro depends on the order in which events arrive; here only where it ends counts.
    monkeypatch.setattr(entry, "FLIPS", 1_000)

    run_state_machine_as_test(
        cast("type[Machine]", partial(machine, redis_server, monkeypatch)),
        settings=settings(
            max_examples=EXAMPLES or 10,
            stateful_step_count=30 if EXAMPLES else 12,
            deadline=None,
            derandomize=not EXAMPLES,
            suppress_health_check=list(HealthCheck),
        ),
    )
