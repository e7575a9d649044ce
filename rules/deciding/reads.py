"""Where the fields come from that a notification does not bring, and what it costs to ask for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.deciding.decision import Need
from rules.language.values import Absent, Facts

_NAMED = frozenset({"contact.tags", "company.tags"})
"""Of these notifications give ids: their names stand in the list of all tags."""


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that can be asked for.

    `name` is the kind of an object that is read whole, `contact.tags` or `contact.segments`, `tags` for the names of
    all tags, or `ledger` for what we did to a ticket. `calls` is how many calls to Intercom it takes: none for a list
    kept at hand, two where the object has to be found first.
    """

    name: str
    calls: int


def of(path: str, facts: Facts) -> Read:
    """What has to be asked for to know a field of this event."""
    group = path.partition(".")[0]
    if path == "ticket.tags":
        return Read("ledger", 0)
    if path in _NAMED and group not in facts.not_fetched and f"{path}.id" not in facts.not_fetched:
        return Read("tags", 0)
    if group == "message" or path == "contact.id":
        return Read(facts.kind, 1)
    if group not in {"contact", "company"}:
        return Read(group, 1)
    return Read(_name(path, group, facts), 1 if facts.kind == group or _found(group, facts) else 2)


def _name(path: str, group: str, facts: Facts) -> str:
    """Segments are never part of a contact, and its tags only the first few."""
    apart = path == "contact.segments" or (path == "contact.tags" and group not in facts.not_fetched)
    return path if apart else group


def _found(group: str, facts: Facts) -> bool:
    """Whether one call is enough: of a contact that is known its companies can be asked for as well."""
    return _known("contact.id", facts) or (group == "company" and _known("company.id", facts))


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
