"""What an invented event must lead to: written by hand beside each template, never computed from rules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expect:
    """Names of the tags that must be added to, and removed from, the event's object."""

    adds: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()

    def __or__(self, other: "Expect") -> "Expect":
        """Both."""
        return Expect(self.adds | other.adds, self.removes | other.removes)


NOTHING = Expect()


def adds(*names: str) -> Expect:
    """These tags must come."""
    return Expect(adds=frozenset(names))


def removes(*names: str) -> Expect:
    """These tags must go."""
    return Expect(removes=frozenset(names))
