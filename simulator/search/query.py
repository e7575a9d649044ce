"""Reads the `query` of a search.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/searchconversations
"""

from collections.abc import Callable
from typing import Any

from simulator import choices
from simulator.errors import ApiError
from simulator.search.days import Day, day_of
from simulator.search.fields import Field, Searched, Type, field_of
from simulator.search.operators import allowed, test_of
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace

MOST_NESTED = 2
"""So deep may groups of filters be: (1 OR 2) AND (3 OR 4)."""
MOST_IN_A_GROUP = 15

Predicate = Callable[[Tagged], bool]


def read_query(workspace: Workspace, kind: Searched, query: object) -> Predicate:
    """What the query says of an object; raises `ApiError` for a query that Intercom would not understand."""
    return _Reader(workspace, kind).read(query, 1)


class _Reader:
    def __init__(self, workspace: Workspace, kind: Searched) -> None:
        self._workspace = workspace
        self._kind = kind

    def read(self, query: object, depth: int) -> Predicate:
        match query:
            case {"field": str(name), "operator": str(operator), **rest}:
                return self._filter(name, operator, rest.get("value"))
            case {"operator": ("AND" | "OR") as operator, "value": [*members]}:
                return self._group(operator, members, depth)
            case _:
                raise choices.bad_query("query is neither a filter nor a group of filters")

    def _group(self, operator: str, members: list[Any], depth: int) -> Predicate:
        if depth > MOST_NESTED:
            raise choices.bad_query(f"filters are nested more than {MOST_NESTED} deep")
        if not 1 <= len(members) <= MOST_IN_A_GROUP:
            raise choices.bad_query(f"a group has {len(members)} filters, not 1 to {MOST_IN_A_GROUP}")
        read = [self.read(member, depth + 1) for member in members]
        if operator == "AND":
            return lambda tagged: all(one(tagged) for one in read)
        return lambda tagged: any(one(tagged) for one in read)

    def _filter(self, name: str, operator: str, value: object) -> Predicate:
        field = field_of(self._kind, name)
        if field is None:
            raise choices.bad_query(f"{name} cannot be searched for")
        type_ = _type_of(field, value)
        if operator not in allowed(self._kind, field, type_):
            raise choices.bad_query(f"{operator} is not supported for {name}")
        test = test_of(operator, self._wanted(field, type_, operator, value))
        return lambda tagged: test(field.values(self._workspace, tagged))

    def _wanted(self, field: Field, type_: Type, operator: str, value: object) -> object:
        if operator in {"IN", "NIN"}:
            if not isinstance(value, list):
                raise choices.bad_query(f"{operator} needs a list of values for {field.name}")
            return [self._value(field, type_, one) for one in value]
        if value is None and operator in {"=", "!="}:
            return None
        return self._value(field, type_, value)

    def _value(self, field: Field, type_: Type, value: object) -> object:
        match type_, value:
            case (("text" | "tag"), str()):
                return value
            case "flag", bool():
                return value
            case "flag", ("true" | "false"):
                return value == "true"
            case (("number" | "time"), _):
                return _number(field, value)
            case "day", _:
                return self._day(field, value)
            case _:
                raise _mismatch(field, value)

    def _day(self, field: Field, value: object) -> Day:
        try:
            return day_of(_number(field, value), self._workspace.timezone)
        except (OverflowError, ValueError, OSError):
            raise _mismatch(field, value) from None


def _type_of(field: Field, value: object) -> Type:
    """The field's type; that of what it is compared with, where the field has none of its own."""
    if field.type != "any":
        return field.type
    match value[0] if isinstance(value, list) and value else value:
        case bool():
            return "flag"
        case int():
            return "number"
        case _:
            return "text"


def _number(field: Field, value: object) -> int:
    """Integers may be written as strings, as they are in Intercom's own examples."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdecimal() and len(value) <= 20:  # noqa: PLR2004 - more digits are no time and no id
        return int(value)
    raise _mismatch(field, value)


def _mismatch(field: Field, value: object) -> ApiError:
    return choices.bad_query(f"{value!r} is no value for {field.name}")
