"""Pauses: workspaces that nobody tags in, and rules that act as in shadow mode, until somebody resumes them.

Rules are paused by people, or by their own limits: see `state.reserve`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from state import actions, keys
from state.actions import Action
from state.touched import HOUR, resumed_key

if TYPE_CHECKING:
    from redis.asyncio import Redis

EVERYTHING = "*"
"""In place of an `app_id`: all workspaces, those too that are not there yet."""


class Pause(msgspec.Struct, frozen=True):
    """By whom something was paused, and when (Unix seconds, Redis's clock).

    A rule that has tripped was paused by its limit, when it had changed tags on so many `objects` within an hour.
    """

    by: str
    at: float
    objects: int = 0

    def __str__(self) -> str:
        return f"{self.by} at {self._at}" if self.at else self.by

    @property
    def told(self) -> str:
        """Why something stands still, for people."""
        return f"tripped: {self.objects:,} objects within an hour, since {self._at}" if self.objects else f"by {self}"

    @property
    def of_rule(self) -> str:
        """What has become of a rule, for people, behind its id."""
        return f"has {self.told}" if self.objects else f"is paused {self.told}"

    @property
    def _at(self) -> str:
        return f"{datetime.fromtimestamp(self.at, UTC):%Y-%m-%d %H:%M:%S UTC}"


@dataclass(frozen=True, slots=True)
class Paused:
    """What is paused: workspaces by `app_id`, `EVERYTHING` among them, and rules by `app_id` and id."""

    workspaces: Mapping[str, Pause] = field(default_factory=dict)
    rules: Mapping[tuple[str, str], Pause] = field(default_factory=dict)

    def tagging(self, app_id: str) -> Pause | None:
        """What keeps a workspace from being tagged in."""
        return self.workspaces.get(EVERYTHING) or self.workspaces.get(app_id)

    def of(self, app_id: str) -> dict[str, Pause]:
        """The paused rules of a workspace."""
        return {rule: pause for (owner, rule), pause in self.rules.items() if owner == app_id}


class Pauses:
    """Two small hashes, which every worker reads again and again. Redis's errors pass through.

    What is paused already keeps the name of who did it first; a pause that nobody here can read is one all the same.
    Each change is kept among the actions in the same step.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def read(self) -> Paused:
        """What is paused now."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(keys.PAUSED)
            pipe.hgetall(keys.PAUSED_RULES)
            workspaces, rules = await pipe.execute()
        return Paused(
            {app_id.decode(): _read(kept) for app_id, kept in workspaces.items()},
            {_rule(name.decode()): _read(kept) for name, kept in rules.items()},
        )

    async def pause(self, by: str, app_id: str = EVERYTHING) -> None:
        """Have nobody tag in a workspace, or anywhere."""
        what = "all workspaces" if app_id == EVERYTHING else f"workspace {app_id}"
        await self._pause(keys.PAUSED, app_id, Action(by, "pause", what, _named(app_id)))

    async def resume(self, by: str, app_id: str = EVERYTHING) -> None:
        """Take that back. A workspace stays paused as long as all are."""
        what = "all workspaces" if app_id == EVERYTHING else f"workspace {app_id}"
        async with self._redis.pipeline(transaction=True) as pipe:
            actions.add(pipe, Action(by, "resume", what, _named(app_id)))
            pipe.hdel(keys.PAUSED, app_id)
            await pipe.execute()

    async def pause_rule(self, by: str, app_id: str, rule: str) -> None:
        """Have a rule act as in shadow mode."""
        await self._pause(keys.PAUSED_RULES, f"{app_id}:{rule}", Action(by, "rules pause", rule, app_id))

    async def resume_rule(self, by: str, app_id: str, rule: str) -> None:
        """Have it act as it is written; towards its limit counts what it does from now on."""
        seconds, micros = await self._redis.time()
        async with self._redis.pipeline(transaction=True) as pipe:
            actions.add(pipe, Action(by, "rules resume", rule, app_id))
            pipe.set(resumed_key(app_id, rule), f"{seconds}.{micros:06}", ex=HOUR)
            pipe.hdel(keys.PAUSED_RULES, f"{app_id}:{rule}")
            await pipe.execute()

    async def _pause(self, key: str, name: str, action: Action) -> None:
        seconds, micros = await self._redis.time()
        async with self._redis.pipeline(transaction=True) as pipe:
            actions.add(pipe, action)
            pipe.hsetnx(key, name, _encoder.encode(Pause(action.by, seconds + micros / 1e6)))  # type: ignore[arg-type]
            await pipe.execute()


def _read(kept: bytes) -> Pause:
    try:
        return _decoder.decode(kept)
    except msgspec.MsgspecError:
        return Pause("somebody whose name cannot be read", 0.0)


def _rule(name: str) -> tuple[str, str]:
    app_id, _, rule = name.partition(":")
    return app_id, rule


def _named(app_id: str) -> str:
    return "" if app_id == EVERYTHING else app_id


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Pause)
