"""Where a field comes from: told by the notification, or asked for, and at what cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.deciding import reads
from rules.language import fields
from rules.language.fields import KINDS, Carried, Field
from rules.language.values import Facts, Kind

PAYLOAD = "payload"
"""The notification itself brings it, where there is anything to bring."""

MEANINGS = (
    (PAYLOAD, "the notification brings it, where it has it"),
    ("cached list", "the notification brings ids, whose names stand in a list that is kept at hand"),
    ("ledger", "only what this service has done itself: Intercom does not tell"),
    ("1 GET", "a read from Intercom, made only where the outcome of a rule depends on it"),
)
"""The words of `Origin.words`, and what they say."""

_KEPT = {"tags": "cached list", "ledger": "ledger"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rules on one kind of object get a field from; `calls` is how many reads from Intercom that takes."""

    words: str
    calls: int


def origin(field: Field, kind: Kind) -> Origin | None:
    """Where a field comes from in an event about this kind of object; None where it cannot be asked for at all."""
    if not fields.readable(field, kind):
        return None
    if fields.carried(field, kind) is not Carried.NEVER:
        return Origin(PAYLOAD, 0)
    read = reads.of(field.path, _usual(kind))
    return Origin(_KEPT[read.name] if not read.calls else f"{read.calls} GET", read.calls)


def _usual(kind: Kind) -> Facts:
    """What notifications usually bring: the object itself, and of its contact the id."""
    return Facts(kind, {f"{kind}.id": "1", "contact.id": "1"}, frozenset({"contact", "company"} - {kind}))


def origins(field: Field) -> Iterator[tuple[Kind, Origin]]:
    """The kinds of objects whose rules may ask for a field, each with where it comes from."""
    for kind in KINDS:
        found = origin(field, kind)
        if found is not None:
            yield kind, found
