"""What to search for: filters, and groups of them, within what Intercom accepts.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/searchconversations
https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/contacts/searchcontacts
"""

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from workers.intercom.errors import Unsendable

Operator = Literal["=", "!=", "IN", "NIN", "<", "<=", ">", ">=", "~", "!~", "^", "$"]
Value: TypeAlias = str | int | bool | tuple[str, ...] | tuple[int, ...] | None

MOST_FILTERS: Final = 15
"""In one group."""
MOST_LEVELS: Final = 2
"""Of groups in groups, such as (1 OR 2) AND (3 OR 4)."""

_OPERATORS: Final = frozenset(get_args(Operator))
_OF_LISTS: Final = frozenset({"IN", "NIN"})
_OF_NUMBERS: Final = frozenset({"<", "<=", ">", ">="})
_OF_TEXTS: Final = frozenset({"~", "!~", "^", "$"})
_LARGEST: Final = 2**63

_OF_DATES: Final = frozenset({"=", "<", ">"})
_OF_TAGS: Final = frozenset({"=", "!="})
_DATES: Final = frozenset(
    {
        "created_at",
        "signed_up_at",
        "updated_at",
        "last_seen_at",
        "last_contacted_at",
        "last_replied_at",
        "last_email_opened_at",
        "last_email_clicked_at",
        "ios_last_seen_at",
        "android_last_seen_at",
    }
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. `IN` and `NIN` take a tuple, `<` and its like an integer, `~` and its like text.

    Moments are in Unix seconds.

    Raises:
        Unsendable: Intercom would refuse it.
    """

    field: str
    operator: Operator
    value: Value

    def __post_init__(self) -> None:
        if not self.field:
            raise Unsendable("filter: wanted the name of a field, found none")
        if self.operator not in _OPERATORS:
            raise Unsendable(f"filter on {self.field}: unknown operator {self.operator!r}")
        wanted = _wanted(self.operator, self.value)
        if wanted is not None:
            raise Unsendable(
                f"filter on {self.field}: {self.operator} wants {wanted}, found {type(self.value).__name__}"
            )

    def to_json(self) -> dict[str, Any]:
        """The filter as it is sent."""
        return {"field": self.field, "operator": self.operator, "value": self.value}


@dataclass(frozen=True, slots=True)
class Group:
    """Filters, or groups of filters, of which all (`AND`) or one (`OR`) must hold.

    Raises:
        Unsendable: there is none in it, there are more than 15, or groups are nested deeper than 2.
    """

    operator: Literal["AND", "OR"]
    filters: tuple["Filter | Group", ...]

    def __post_init__(self) -> None:
        if self.operator not in {"AND", "OR"}:
            raise Unsendable(f"group: found {self.operator!r}, wanted AND or OR")
        if not 1 <= len(self.filters) <= MOST_FILTERS:
            raise Unsendable(f"group: found {len(self.filters)} filters, wanted 1 to {MOST_FILTERS}")
        if self.levels > MOST_LEVELS:
            raise Unsendable(f"group: found {self.levels} levels of groups, wanted at most {MOST_LEVELS}")

    @property
    def levels(self) -> int:
        """How deep groups are nested, this one included."""
        return 1 + max(one.levels if isinstance(one, Group) else 0 for one in self.filters)

    def to_json(self) -> dict[str, Any]:
        """The group as it is sent."""
        return {"operator": self.operator, "value": [one.to_json() for one in self.filters]}


Query: TypeAlias = Filter | Group


def all_of(*filters: Query) -> Group:
    """The group that holds if all of `filters` do."""
    return Group("AND", filters)


def any_of(*filters: Query) -> Group:
    """The group that holds if one of `filters` does."""
    return Group("OR", filters)


def check_for_contacts(query: Query) -> None:
    """Refuse what only the search for contacts refuses: most operators on dates and tags.

    Raises:
        Unsendable: Intercom would refuse it.
    """
    if isinstance(query, Group):
        for one in query.filters:
            check_for_contacts(one)
        return
    allowed = _OF_DATES if query.field in _DATES else _OF_TAGS if query.field == "tag_id" else _OPERATORS
    if query.operator not in allowed:
        raise Unsendable(
            f"filter on {query.field} of contacts: found {query.operator}, wanted one of {' '.join(sorted(allowed))}"
        )


def _wanted(operator: Operator, value: Value) -> str | None:
    """What `operator` takes, if `value` is something else."""
    if operator in _OF_LISTS:
        return None if _is_list(value) else "one or more texts, or integers, in a tuple"
    if operator in _OF_NUMBERS:
        return None if _is_integer(value) else "an integer of at most 64 bits"
    if operator in _OF_TEXTS:
        return None if isinstance(value, str) else "text"
    plain = value is None or isinstance(value, str | bool) or _is_integer(value)
    return None if plain else "text, an integer of at most 64 bits, true, false or null"


def _is_list(value: Value) -> bool:
    if not isinstance(value, tuple) or not value:
        return False
    return all(isinstance(one, str) for one in value) or all(map(_is_integer, value))


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value < _LARGEST
