"""Single values."""

from typing import Any

import pytest

from facts import leaf

ODD = [None, True, [], {}, ["x"], {"x": 1}]


@pytest.mark.parametrize(
    ("value", "read"),
    [("x", "x"), ("", None), (5, None), *((odd, None) for odd in ODD)],
    ids=repr,
)
def test_text(value: Any, read: str | None) -> None:
    assert leaf.text(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [("5", "5"), (5, "5"), ("0", "0"), (0, "0"), ("", None), (10**19, None), *((odd, None) for odd in ODD)],
    ids=repr,
)
def test_an_id_is_text_even_if_sent_as_a_number(value: Any, read: str | None) -> None:
    assert leaf.identifier(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [(5, 5), (0, 0), (1.5, 1.5), (2**63, None), (-(2**63), None), ("5", None), *((odd, None) for odd in ODD)],
    ids=repr,
)
def test_a_number(value: Any, read: float | None) -> None:
    assert leaf.number(value) == read


@pytest.mark.parametrize(("value", "read"), [(True, True), (False, False), (0, None), ("true", None), (None, None)])
def test_yes_or_no(value: Any, read: bool | None) -> None:
    assert leaf.flag(value) is read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ([{"name": "a"}, {"name": "b"}], ("a", "b")),
        ([{"name": "a"}, {"name": None}, {}, "b", None], ("a",)),
        ([], None),
        ([{}], None),
        ({"name": "a"}, None),
        ("a", None),
        (None, None),
    ],
    ids=repr,
)
def test_names(value: Any, read: tuple[str, ...] | None) -> None:
    assert leaf.names(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("resolved", "resolved"),
        ({"type": "ticket_state", "id": "3", "category": "resolved", "internal_label": "Done"}, "resolved"),
        ({"category": None}, None),
        ({}, None),
        (5, None),
        (None, None),
    ],
    ids=repr,
)
def test_a_state_is_a_text_or_an_object_with_a_category(value: Any, read: str | None) -> None:
    assert leaf.state(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [("mina@example.com", "example.com"), ("a@b@c.example", "c.example"), ("mina", None), ("mina@", None), (5, None)],
)
def test_the_domain_of_an_address(value: Any, read: str | None) -> None:
    assert leaf.domain(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("gold", "gold"),
        ("", None),
        (12, 12),
        (0, 0),
        (1.5, 1.5),
        (True, True),
        (False, False),
        (["a", 2, 1.5], ("a", "2", "1.5")),
        (["a", {"id": 1}, None, ["b"], True], ("a",)),
        ([], None),
        (None, None),
        ({"value": "a"}, None),
        (10**19, None),
    ],
    ids=repr,
)
def test_an_attribute_is_any_plain_value_or_a_list_of_them(value: Any, read: Any) -> None:
    found = leaf.attribute(value)

    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("value", "empty"),
    [
        ({"data": [], "has_more": False}, True),
        ({"data": []}, True),
        ({"data": [], "has_more": True}, False),
        ({"data": [{"id": "1"}], "has_more": False}, False),
        ({"data": None}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
    ids=repr,
)
def test_a_list_of_references_is_empty_only_if_it_says_so(value: Any, empty: bool) -> None:
    assert leaf.is_empty_list(value) is empty


@pytest.mark.parametrize(
    ("keys", "found"),
    [((), {"a": {"b": 1}}), (("a",), {"b": 1}), (("a", "b"), 1), (("a", "b", "c"), None), (("x", "y"), None)],
)
def test_a_path_of_keys_leads_inside(keys: tuple[str, ...], found: Any) -> None:
    assert leaf.inner({"a": {"b": 1}}, *keys) == found
