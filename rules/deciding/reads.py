"""Where the fields come from that a notification does not bring, and what it costs to ask for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.deciding.decision import Need
from rules.language.values import Absent, Facts

_LEDGER = "ledger"
_SEGMENTS = "contact.segments"


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that can be asked for. `calls` is how many calls to Intercom it takes: none for a list kept at hand."""

    name: str
    calls: int


def of(path: str, facts: Facts) -> Read:
    """What has to be asked for to know a field of this event."""
    group = path.partition(".")[0]
    if path == "ticket.tags":
        return Read(_LEDGER, 0)
    if group == "message":
        return Read(facts.kind, 1)
    if group == "company" and facts.kind != "company":
        # Its id is known from its contact only.
        return Read("company", 1 if _known("company.id", facts) else 2)
    if path == _SEGMENTS:
        return Read(_SEGMENTS, 1)
    if path in _NAMED and _known(f"{group}.id", facts) and group == facts.kind:
        return Read("tags", 0)
    return Read(group, 1)


_NAMED = frozenset({"contact.tags", "company.tags"})
"""Of these a notification about the object itself gives the ids: their names stand in the list of all tags."""


def cheapest_first(paths: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """Each field once, those first that cost least to ask for."""
    return tuple(sorted(dict.fromkeys(paths), key=lambda path: of(path, facts).calls))


def needs(undecided: Mapping[str, tuple[str, ...]], facts: Facts) -> tuple[Need, ...]:
    """What to ask for: the cheapest first, then what more rules wait for."""
    by_read: dict[Read, dict[str, set[str]]] = {}
    for rule, paths in undecided.items():
        for path in paths:
            by_read.setdefault(of(path, facts), {}).setdefault(path, set()).add(rule)
    found = (
        Need(read.name, read.calls, tuple(fields), _waiting(undecided, fields)) for read, fields in by_read.items()
    )
    return tuple(sorted(found, key=lambda need: (need.calls, -len(need.rules), need.read)))


def _waiting(undecided: Mapping[str, tuple[str, ...]], fields: Mapping[str, set[str]]) -> tuple[str, ...]:
    rules = set().union(*fields.values())
    return tuple(rule for rule in undecided if rule in rules)


def _known(path: str, facts: Facts) -> bool:
    return not isinstance(facts.get(path), Absent)
