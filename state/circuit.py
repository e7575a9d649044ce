"""Circuits: what a call has to pass on its way, known to the whole fleet.

A circuit is closed while calls succeed. It opens when calls fail in a way that the next ones would, too: then nobody
makes any, but for one probe at a time. While that is due or under way the circuit is half-open, and its success closes
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from state import keys, scripts

if TYPE_CHECKING:
    from redis.asyncio import Redis

State = Literal["open", "half-open"]

COUNTED = 60.0
"""Seconds for which failures of a closed circuit are counted, from the last one on."""
KEPT = 86_400.0
"""Seconds after which an open circuit is forgotten that nobody has probed."""
PATIENCE = 0.5
"""Seconds after which who comes during a probe asks again, at most."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit by its `scope`: what all calls that pass it have in common.

    So many `failures` in a row, each of another job than the one before, open it. The first probe is made after `first`
    seconds, and after each that fails the wait doubles, up to `longest`.
    """

    scope: str
    first: float
    longest: float
    failures: int = 1

    @property
    def kind(self) -> str:
        """What is behind it, in one of a few words: the first of its scope."""
        return self.scope.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Passage:
    """The answer to a call that wants to pass.

    `stopped` is the circuit that does not let it, for `wait` seconds. `watching` are those that want to hear of its
    success: because it probes them, or because they count failures in a row.
    """

    token: str
    stopped: Circuit | None
    wait: float
    watching: tuple[Circuit, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A circuit that is not closed. `since` is in Unix seconds on Redis's clock, `next_probe` in how many seconds."""

    scope: str
    state: State
    reason: str
    since: float
    next_probe: float

    def concerns(self, app_id: str, base_url: str) -> bool:
        """Whether calls of this workspace, whose Intercom is at `base_url`, may have to pass it."""
        kind, _, rest = self.scope.partition(":")
        return rest == base_url if kind == "host" else rest.partition(":")[0] == app_id


class Circuits:
    """The circuits of the fleet. `probe` is how long a probe may take, in seconds. Redis's errors pass through.

    Only Redis's clock counts. Nothing is kept of a circuit through which all calls succeed.
    """

    def __init__(self, redis: "Redis", *, probe: float = 10.0) -> None:
        self._redis = redis
        self._probe_ms = _ms(probe)
        self._pass = scripts.register(redis, "pass")
        self._tell = scripts.register(redis, "circuit")

    async def ask(self, circuits: Sequence[Circuit], token: str = "") -> Passage:
        """Whether a call may be made now that has to pass all of `circuits`. If so, tell each what came of it.

        A call that asks a second time brings the `token` of its first passage.
        """
        token = token or uuid4().hex
        names = [keys.CIRCUIT + circuit.scope for circuit in circuits]
        place, wait, *news = await self._pass(names, (token, self._probe_ms, _ms(PATIENCE)))
        return Passage(
            token=token,
            stopped=circuits[place - 1] if place else None,
            wait=wait / 1000,
            watching=tuple(circuit for circuit, watching in zip(circuits, news, strict=True) if watching),
        )

    async def failed(self, circuit: Circuit, passage: Passage, *, by: str, reason: str) -> tuple[bool, float]:
        """A call of the job `by` failed. Says whether this has opened the circuit, and for how long nothing passes.

        `reason` is what people read; it holds nobody's words.
        """
        waits = (circuit.failures, _ms(circuit.first), _ms(circuit.longest), _ms(COUNTED))
        opened, wait = await self._told(circuit, "failed", passage, by, *waits, circuit.scope, reason)
        return bool(opened), wait / 1000

    async def succeeded(self, circuit: Circuit, passage: Passage) -> float | None:
        """A call succeeded. Says for how many seconds the circuit was open, if this has closed it."""
        closed, was_open = await self._told(circuit, "succeeded", passage)
        return was_open / 1000 if closed else None

    async def release(self, circuit: Circuit, passage: Passage) -> None:
        """The call was not made, or its outcome says nothing about this circuit: another one may probe it."""
        await self._told(circuit, "unknown", passage)

    async def hasten(self, circuit: Circuit) -> None:
        """What had opened the circuit may be mended: if it is open it may be probed at once, by one call as ever."""
        names = [keys.CIRCUIT + circuit.scope, keys.CIRCUITS]
        await self._tell(names, ("due", "", _ms(KEPT)))

    async def standing(self) -> tuple[Standing, ...]:
        """All circuits that are not closed, the one that opened first before the others."""
        seconds, micros = await self._redis.time()
        now = seconds + micros / 1e6
        names = await self._redis.zrangebyscore(keys.CIRCUITS, now * 1000, "+inf")
        async with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.hmget(name, ["scope", "reason", "since", "probe_at"])
            rows = await pipe.execute()
        found = [_standing(row, now) for row in rows if row[2] is not None]
        return tuple(sorted(found, key=lambda one: one.since))

    async def _told(self, circuit: Circuit, outcome: str, passage: Passage, *said: str | float) -> tuple[int, int]:
        names = [keys.CIRCUIT + circuit.scope, keys.CIRCUITS]
        news, length = await self._tell(names, (outcome, passage.token, _ms(KEPT), *said))
        return news, length


def _standing(row: Sequence[bytes], now: float) -> Standing:
    scope, reason, since, probe_at = row
    next_probe = int(probe_at) / 1000 - now
    state: State = "open" if next_probe > 0 else "half-open"
    return Standing(scope.decode(), state, reason.decode(), int(since) / 1000, max(next_probe, 0.0))


def _ms(seconds: float) -> int:
    return max(round(seconds * 1000), 1)
