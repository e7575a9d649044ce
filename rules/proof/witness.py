"""Events that match in a given way: fact sheets that anybody can try."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rules.deciding.seek import EVENT_TIME
from rules.deciding.view import View
from rules.findings.finding import Findings
from rules.language.topics import TOPICS
from rules.language.values import Facts, Kind, Value
from rules.proof.candidates import candidates
from rules.proof.ways import TOPIC, Literal, Way
from rules.reading import sheet

_PLAIN = re.compile(r"[\w.]+(?: \w+)*")
_TEXT, _FULL_TEXT = "message.text", "message.full_text"
_EMAIL, _DOMAIN = "contact.email", "contact.email_domain"


@dataclass(frozen=True, slots=True)
class Witness:
    """An event: its fields as the lines of a fact sheet, and what is read from these."""

    kind: Kind
    lines: tuple[str, ...]
    values: Mapping[str, Value]
    facts: Facts = field(repr=False)


Confirm = Callable[[Facts], bool]


def event(way: Way, kind: Kind) -> Mapping[str, Value] | None:
    """The fields of an event that may match in this way, or None if none was found."""
    return _values(way, kind)


def written(values: Mapping[str, Value], kind: Kind, confirm: Confirm) -> Witness | None:
    """An event as a fact sheet, if it is confirmed once it has been written down and read again."""
    lines = _lines(values, kind)
    findings = Findings()
    facts = sheet.read("event.yaml", "\n".join(lines).encode(), findings)
    if facts is None or facts.kind != kind or not _honest(facts) or not confirm(facts):
        return None
    return Witness(kind, lines, values, facts)


def _values(way: Way, kind: Kind) -> dict[str, Value] | None:
    values: dict[str, Value] = {}
    for path in sorted(way, key=lambda path: (path != EVENT_TIME, path)):
        literals = way[path]
        if path == _FULL_TEXT and _TEXT in way:
            continue
        if path == _TEXT and _FULL_TEXT in way:
            literals = (*literals, *way[_FULL_TEXT])
        found = _value(literals, values, kind)
        if found is None and not _fits(None, literals, values, kind):
            return None
        if found is not None:
            values[path] = found
    return _consistent(values, way, kind)


def _value(literals: tuple[Literal, ...], known: Mapping[str, Value], kind: Kind) -> Value | None:
    """A value that all tests come out at as they should; None where none is found, or none is needed."""
    of = literals[0].test.field
    usual = TOPICS[kind] if of.path == TOPIC else (sheet.FIXED[of.path],) if of.path in sheet.FIXED else ()
    for value in usual:
        if _fits(value, literals, known, kind):
            return value
    if not usual and _fits(None, literals, known, kind):
        return None
    now = known.get(EVENT_TIME, sheet.FIXED[EVENT_TIME])
    tried = candidates(of, literals, now) if isinstance(now, datetime) else ()
    return next((value for value in tried if _fits(value, literals, known, kind)), None)


def _fits(value: Value | None, literals: tuple[Literal, ...], known: Mapping[str, Value], kind: Kind) -> bool:
    given = {**known, **{literal.test.field.path: value for literal in literals if value is not None}}
    view = View(sheet.facts(kind, given))
    return all(bool(literal.test.seek(view)) is literal.found for literal in literals)


def _consistent(values: dict[str, Value], way: Way, kind: Kind) -> dict[str, Value] | None:
    """With an e-mail address at the domain that is asked for, where both are."""
    email, domain = values.get(_EMAIL), values.get(_DOMAIN)
    if isinstance(email, str) and isinstance(domain, str) and email.rpartition("@")[2] != domain:
        values[_EMAIL] = f"{email.partition('@')[0] or 'anna'}@{domain}"
        return values if _fits(values[_EMAIL], way[_EMAIL], values, kind) else None
    return values


def _honest(facts: Facts) -> bool:
    """Whether what follows from other fields is as they are."""
    email, domain = facts.values.get(_EMAIL), facts.values.get(_DOMAIN)
    return not (isinstance(email, str) and "@" in email) or email.rpartition("@")[2] == domain


def _lines(values: Mapping[str, Value], kind: Kind) -> tuple[str, ...]:
    """The lines of the fact sheet; what every event has is left out."""
    usual = {**sheet.FIXED, TOPIC: TOPICS[kind][0]}
    said = [f"{_key(path)}: {_scalar(value)}" for path, value in values.items() if usual.get(path) != value]
    return (f"applies_to: {kind}", *said)


def _scalar(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_scalar, value))}]"
    if isinstance(value, datetime):
        return value.isoformat()
    return _quoted(value) if isinstance(value, str) else str(value)


def _key(path: str) -> str:
    return path if _PLAIN.fullmatch(path) else _quoted(path)


def _quoted(text: str) -> str:
    """A text in quotes, with what a terminal would obey, or nobody could see, as YAML escapes it."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)
