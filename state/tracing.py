"""Traces: what happened to one webhook, over all processes. Off, unless `cli` hands in a tracer that is on."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, Literal, Protocol, Self

Kind = Literal["internal", "server", "consumer", "client"]
Value = str | int | float | bool


class Span(Protocol):
    """A stretch of time with a name. An error that leaves it is told by its kind, never by its words."""

    def tell(self, **attributes: Value) -> None:
        """What is known of it: ids and fixed texts, never a customer's words."""


class Tracer(Protocol):
    """Makes spans, each within the one that this task is in."""

    def span(
        self, name: str, kind: Kind = "internal", *, within: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        """A span for the time in which the context is open; `within` is where another process's trace goes on."""

    def context(self) -> dict[str, str] | None:
        """What another process needs to go on with this trace; None if there is none."""


class _Nothing:
    """A span that nobody asks for."""

    def tell(self, **_: Value) -> None:
        """Forget it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class _Off:
    """No traces, at next to no cost."""

    def span(self, _name: str, _kind: Kind = "internal", *, within: Mapping[str, str] | None = None) -> _Nothing:  # noqa: ARG002 - as `Tracer` has it
        return _NOTHING

    def context(self) -> None:
        return None


_NOTHING: Final = _Nothing()
OFF: Final[Tracer] = _Off()
