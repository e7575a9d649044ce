"""Faults on demand: which call goes wrong, and how."""

import random
from typing import Annotated, Literal

import msgspec

FaultKind = Literal["status", "reset", "hang", "slow", "garbage", "rate_limit"]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way for calls to go wrong, as `POST /_simulator/faults` takes it.

    `when` says whether the fault strikes before or after the call has been applied: a status, reset or hang "after"
    leaves the change made and the caller in the dark. `slow` always applies. It strikes `count` times (until cleared
    when None) at calls of `method` whose path begins with `path`, each with `probability`, drawn from `seed`.

    - status: answers `status` with `body` as it is, or with an error envelope of `code` and `message`
    - reset: the connection is reset, without an answer
    - hang: no answer until the caller hangs up
    - slow: the right answer, `delay` seconds late
    - garbage: 200 with an HTML page, nothing, JSON cut short, an answer cut off in the middle, or `size` bytes
    - rate_limit: 429 with true, absent or absurd X-RateLimit headers

    `headers` are added to the answer of status, garbage and rate_limit.
    """

    kind: FaultKind
    when: Literal["before", "after"] = "before"
    count: Annotated[int, msgspec.Meta(ge=1)] | None = None
    method: str | None = None
    path: str = "/"
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    seed: int = 1
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 500
    code: str | None = None
    message: str | None = None
    body: str | None = None
    delay: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    garbage: Literal["html", "empty", "truncated", "cut", "huge"] = "html"
    size: Annotated[int, msgspec.Meta(ge=1)] = 8 * 1024 * 1024
    limits: Literal["real", "absent", "absurd"] = "real"
    headers: dict[str, str] = {}

    def concerns(self, method: str, path: str) -> bool:
        """Whether the fault is meant for such a call."""
        return (self.method is None or self.method == method) and path.startswith(self.path)


class Armed:
    """A fault with how often it has struck."""

    def __init__(self, fault_id: str, fault: Fault) -> None:
        self.id = fault_id
        self.fault = fault
        self.fired = 0
        self._dice = random.Random(fault.seed)  # noqa: S311 - a repeatable coin, not a secret

    @property
    def left(self) -> int | None:
        """How often it will strike yet; None for as long as it is there."""
        return None if self.fault.count is None else self.fault.count - self.fired

    def strikes(self, method: str, path: str) -> bool:
        """Whether this call is hit; counts it if so."""
        if self.left == 0 or not self.fault.concerns(method, path):
            return False
        if self.fault.probability < 1 and self._dice.random() >= self.fault.probability:
            return False
        self.fired += 1
        return True


class Faults:
    """The faults that are armed; the first that strikes wins."""

    def __init__(self) -> None:
        self._armed: dict[str, Armed] = {}
        self._last_id = 0

    def add(self, fault: Fault) -> Armed:
        """Arm a fault."""
        self._last_id += 1
        armed = self._armed[str(self._last_id)] = Armed(str(self._last_id), fault)
        return armed

    def all(self) -> list[Armed]:
        """The faults that were armed and not cleared, spent ones too."""
        return list(self._armed.values())

    def clear(self, fault_id: str | None = None) -> bool:
        """Disarm one fault, or all; whether there was any."""
        if fault_id is not None:
            return self._armed.pop(fault_id, None) is not None
        found = bool(self._armed)
        self._armed.clear()
        return found

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that this call meets, if any."""
        for armed in self._armed.values():
            if armed.strikes(method, path):
                return armed.fault
        return None
