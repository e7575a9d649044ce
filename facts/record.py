"""From one of Intercom's objects to fields, by a table."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from facts import leaf
from rules.language.values import Kind, Value, attribute_name


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of some fields.

    `not_fetched` holds the paths, or whole groups of paths, that nobody has asked for. An empty value says of a field
    in such a group that it was asked for, and is missing.
    """

    values: dict[str, Value] = field(default_factory=dict)
    not_fetched: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Row:
    """One way to a field: its path, the reader of its value, and the keys that lead to it in Intercom's object."""

    path: str
    read: Callable[[object], Value | None]
    keys: tuple[str, ...]


def row(path: str, read: Callable[[object], Value | None], *keys: str) -> Row:
    """A way to a field. Of several rows for one path the first counts that finds a value."""
    return Row(path, read, keys)


def read(record: Mapping[str, Any], rows: Iterable[Row]) -> Reading:
    """The fields of an object: one whose key was not sent is not fetched, one without a usable value is missing."""
    reading = Reading()
    sent = set()
    for way in rows:
        if way.keys[0] not in record:
            reading.not_fetched.add(way.path)
            continue
        sent.add(way.path)
        value = way.read(leaf.inner(record, *way.keys))
        if value is not None:
            reading.values.setdefault(way.path, value)
    reading.not_fetched.difference_update(sent)
    return reading


def known(record: Mapping[str, Any], rows: Collection[Row]) -> dict[str, Value]:
    """What an object says of fields in a group that is not fetched: an empty value where it says that there is none."""
    reading = read(record, rows)
    missing = {way.path for way in rows} - reading.values.keys() - reading.not_fetched
    return {**dict.fromkeys(missing, ""), **reading.values}


def attributes(kind: Kind, record: Mapping[str, Any], key: str, without: Collection[str] = ()) -> Reading:
    """The custom attributes that stand under `key` of an object, except those named in `without`."""
    if key not in record:
        return Reading(not_fetched={f"{kind}.attributes"})
    found = record[key]
    if not isinstance(found, Mapping):
        return Reading()
    values = {name: leaf.attribute(value) for name, value in found.items() if name not in without}
    return Reading(
        {f"{kind}.attributes.{attribute_name(name)}": value for name, value in values.items() if value is not None}
    )


def is_not_fetched(reading: Reading, path: str) -> bool:
    """Whether nobody has asked for the field yet."""
    group = "" if path in reading.values else path
    while group and group not in reading.not_fetched:
        group = group.rpartition(".")[0]
    return bool(group)


def completed(told: Reading, later: Reading, group: str) -> Reading:
    """`told`, after the fields of `group` were asked for: where it is silent, `later` says what there is."""
    found = {path: value for path, value in later.values.items() if is_not_fetched(told, path)}
    others = {path for path in told.not_fetched if path != group and not path.startswith(f"{group}.")}
    return Reading({**told.values, **found}, others | later.not_fetched)


def merged(readings: Iterable[Reading]) -> Reading:
    """All readings as one."""
    whole = Reading()
    for reading in readings:
        whole.values.update(reading.values)
        whole.not_fetched.update(reading.not_fetched)
    return whole
