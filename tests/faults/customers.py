"""Customers who each ask for a refund in a conversation of their own: what is made twice, or late, shows at once."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.house import House
from tests.e2e.test_webhook_to_tag import REFUND, notification
from tests.faults.trial import Trial, found_so
from tests.service.receiver import signature
from tests.waiting import eventually

TAG = "billing/refund"
RATE = 100.0
"""Webhooks a second."""
AT_ONCE = 50
PATIENCE = 5.0
"""Seconds that Intercom gives a webhook."""
AGAIN_AFTER = 0.5
"""Seconds after which a webhook that failed is sent again: more often than Intercom would, which tries once."""


@dataclass(slots=True)
class Customers:
    """The customers of a house.

    `answers` are the status of each try to deliver a webhook, by conversation, or the error's name without an answer;
    `taken` is when it was taken, on the monotonic clock.
    """

    house: House
    trial: Trial
    answers: dict[str, list[int | str]] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)
    _next: int = 1_000
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def arrive(self, count: int, *, told: bool = False) -> list[str]:
        """So many conversations, known to the simulator; their ids.

        With `told` the simulator knows too what the customers write, for whoever asks about it later.
        """
        numbers = [str(self._next + number) for number in range(count)]
        self._next += count
        fields = _written() if told else {}
        for begin in range(0, count, AT_ONCE):
            some = numbers[begin : begin + AT_ONCE]
            await asyncio.gather(*(self.house.seed("conversation", one, **fields) for one in some))
        return numbers

    def letters(self, conversations: Iterable[str], text: str = REFUND) -> list[dict[str, Any]]:
        """The notifications that each of them writes; the same one may be sent twice."""
        return [notification("conversation", one, text) for one in conversations]

    async def write(self, conversations: Iterable[str], *, rate: float = RATE) -> None:
        """Each writes, at most `rate` a second."""
        await self.send(self.letters(conversations), rate=rate)

    async def send(self, documents: Iterable[dict[str, Any]], *, rate: float = RATE, kept: int = AT_ONCE) -> None:
        """Send notifications, at most `rate` a second, each until it is taken; `kept` connections are used again."""
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=kept)
        async with (
            httpx.AsyncClient(trust_env=False, timeout=PATIENCE, limits=limits) as client,
            asyncio.TaskGroup() as sending,
        ):
            began = time.monotonic()
            for number, document in enumerate(documents):
                await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
                sending.create_task(self.say(client, document))

    async def say(self, client: httpx.AsyncClient, document: dict[str, Any]) -> None:
        """Send one notification until it is taken."""
        one = document["data"]["item"]["id"]
        self.trial.tally.sent += 1
        async with self._room:
            while await self._try(client, one, document) != httpx.codes.OK:  # noqa: ASYNC110 - sent again, not polled
                await asyncio.sleep(AGAIN_AFTER)
        self.trial.tally.acked += 1
        self.taken.setdefault(one, time.monotonic())

    async def _try(self, client: httpx.AsyncClient, one: str, document: dict[str, Any]) -> int | str:
        body = json.dumps(document).encode()
        headers = {"Content-Type": "application/json", "X-Hub-Signature": signature(body)}
        began = time.monotonic()
        status: int | str
        try:
            status = (await client.post(self.house.webhook, content=body, headers=headers)).status_code
        except httpx.HTTPError as error:
            status = type(error).__name__
        self.trial.tally.worst = max(self.trial.tally.worst, time.monotonic() - began)
        self.answers.setdefault(one, []).append(status)
        return status

    async def served(self, *, within: float = 90, repeats: int = 0, dead: int = 0) -> None:
        """Wait until no job is left, and promise that each who was heard has the tag, put on once, and nobody else.

        `repeats` is how many calls at most may have been made twice, `dead` how many dead letters are right.
        """
        house, trial = self.house, self.trial
        await eventually(house.idle, timeout=within)
        tagged = await self.tagged()
        heard = {one for one, tries in self.answers.items() if httpx.codes.OK in tries}
        trial.tally.lost += sum(TAG not in tagged[one] for one in heard)
        trial.tally.wrong += sum(len(tags - {TAG} if one in heard else tags) for one, tags in tagged.items())
        trial.tally.repeated += sum(count - 1 for count in (await self.changes()).values())
        trial.at_most("calls made twice", trial.tally.repeated, repeats)
        await trial.held(house, dead=dead)

    async def tagged(self) -> dict[str, set[str]]:
        """The tags of every conversation."""
        state = (await self.house.simulator.get("/_simulator/state")).json()["conversations"]
        return {one: {tag["name"] for tag in conversation["tags"]} for one, conversation in state.items()}

    async def changes(self) -> Counter[str]:
        """How many calls have changed something, or found it changed, by path."""
        calls = await self.house.calls("/conversations")
        return Counter(call["path"] for call in calls if call["applied"] or found_so(call))


def _written() -> dict[str, Any]:
    """A conversation in which a customer has just written, as REST tells it."""
    now = int(time.time())
    author = {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11", "name": "Ada", "email": "ada@example.com"}
    part = {"id": "1", "part_type": "comment", "body": REFUND, "created_at": now, "author": author}
    parts = {"conversation_parts": [part], "total_count": 1}
    return {"created_at": now, "updated_at": now, "conversation_parts": parts}


async def customers(house: House, trial: Trial) -> Customers:
    """The customers of `house`, whose workspace knows the rules' tags."""
    await house.know_tags()
    return Customers(house, trial)
