from typing import Any

import pytest

from workers.intercom.errors import Unsendable
from workers.intercom.query import Filter, Group, Query, all_of, any_of, check_for_contacts

OPEN = Filter("open", "=", value=True)
LIST = "one or more texts, or integers, in a tuple"
PLAIN = "text, an integer of at most 64 bits, true, false or null"


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("=", "a"),
        ("=", 5),
        ("=", False),
        ("!=", None),
        ("IN", ("a", "b")),
        ("NIN", (1,)),
        (">", 1722500000),
        ("<=", -(2**63)),
        ("~", "a"),
        ("$", ""),
    ],
)
def test_a_filter_is_sent_as_it_is(operator: Any, value: Any) -> None:
    assert Filter("x", operator, value).to_json() == {"field": "x", "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("field", "operator", "value", "message"),
    [
        pytest.param("", "=", "a", "filter: wanted the name of a field, found none", id="no field"),
        pytest.param("x", "==", "a", "filter on x: unknown operator '=='", id="operator"),
        pytest.param("x", "IN", "a", f"filter on x: IN wants {LIST}, found str", id="IN of text"),
        pytest.param("x", "IN", (), f"filter on x: IN wants {LIST}, found tuple", id="IN of nothing"),
        pytest.param("x", "NIN", ("a", 1), f"filter on x: NIN wants {LIST}, found tuple", id="texts and integers"),
        pytest.param("x", "=", ("a",), f"filter on x: = wants {PLAIN}, found tuple", id="= of a tuple"),
        pytest.param("x", "=", 1.5, f"filter on x: = wants {PLAIN}, found float", id="fraction"),
        pytest.param("x", ">", "5", "filter on x: > wants an integer of at most 64 bits, found str", id="> of text"),
        pytest.param("x", ">", True, "filter on x: > wants an integer of at most 64 bits, found bool", id="> of true"),
        pytest.param("x", "<", 2**63, "filter on x: < wants an integer of at most 64 bits, found int", id="65 bits"),
        pytest.param("x", "^", 5, "filter on x: ^ wants text, found int", id="^ of a number"),
    ],
)
def test_what_intercom_would_refuse_cannot_be_made(field: str, operator: Any, value: Any, message: str) -> None:
    with pytest.raises(Unsendable) as caught:
        Filter(field, operator, value)

    assert str(caught.value) == message


def test_groups_may_stand_in_a_group() -> None:
    query = all_of(any_of(OPEN, Filter("read", "=", value=False)), Filter("state", "=", "open"))

    assert query.to_json() == {
        "operator": "AND",
        "value": [
            {
                "operator": "OR",
                "value": [
                    {"field": "open", "operator": "=", "value": True},
                    {"field": "read", "operator": "=", "value": False},
                ],
            },
            {"field": "state", "operator": "=", "value": "open"},
        ],
    }


def test_a_group_has_one_to_fifteen_filters_and_two_levels() -> None:
    assert len(any_of(*[OPEN] * 15).filters) == 15

    with pytest.raises(Unsendable, match="found 0 filters, wanted 1 to 15"):
        all_of()
    with pytest.raises(Unsendable, match="found 16 filters, wanted 1 to 15"):
        any_of(*[OPEN] * 16)
    with pytest.raises(Unsendable, match="found 3 levels of groups, wanted at most 2"):
        all_of(OPEN, any_of(all_of(OPEN)))
    with pytest.raises(Unsendable, match="found 'XOR', wanted AND or OR"):
        Group("XOR", (OPEN,))  # type: ignore[arg-type]


@pytest.mark.parametrize("operator", ["=", "<", ">"])
def test_dates_of_contacts_may_be_equal_before_or_after(operator: Any) -> None:
    check_for_contacts(all_of(Filter("updated_at", operator, 1722500000), Filter("email", "~", "example.com")))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param(Filter("updated_at", ">=", 1), "updated_at of contacts: found >=, wanted one of < = >", id=">="),
        pytest.param(Filter("created_at", "!=", 1), "created_at of contacts: found !=, wanted one of < = >", id="!="),
        pytest.param(
            any_of(OPEN, all_of(Filter("last_seen_at", "IN", (1, 2)))),
            "last_seen_at of contacts: found IN, wanted one of < = >",
            id="inside",
        ),
        pytest.param(Filter("tag_id", "IN", ("1",)), "tag_id of contacts: found IN, wanted one of != =", id="tag"),
    ],
)
def test_what_the_search_for_contacts_refuses_is_refused(query: Query, message: str) -> None:
    with pytest.raises(Unsendable) as caught:
        check_for_contacts(query)

    assert str(caught.value) == f"filter on {message}"
