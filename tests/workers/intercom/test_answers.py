from typing import Any

import pytest

from workers.intercom import answers
from workers.intercom.answers import Tag
from workers.intercom.fields import Unreadable


def test_a_tag_is_read_and_unknown_fields_are_ignored() -> None:
    found = {
        "type": "tag",
        "id": "123456",
        "name": "billing/refund",
        "applied_at": 1_663_597_223,
        "applied_by": {"type": "admin", "id": "456"},
        "colour": "blue",
    }

    assert answers.tag(found) == Tag("123456", "billing/refund", 1_663_597_223, "456")


@pytest.mark.parametrize(
    ("found", "tag"),
    [
        pytest.param({"id": 130, "name": "a"}, Tag("130", "a"), id="a number as id becomes text"),
        pytest.param({"id": "1", "name": "a", "applied_at": "x", "applied_by": 3}, Tag("1", "a"), id="odd extras"),
        pytest.param({"id": "1", "name": "a", "applied_at": None, "applied_by": None}, Tag("1", "a"), id="nulls"),
        pytest.param({"id": "1", "name": "a", "applied_by": {"id": 9}}, Tag("1", "a", None, "9"), id="number as admin"),
    ],
)
def test_what_is_not_needed_may_be_odd(found: dict[str, Any], tag: Tag) -> None:
    assert answers.tag(found) == tag


@pytest.mark.parametrize(
    ("found", "message"),
    [
        pytest.param(None, "wanted an object as a tag, found NoneType", id="null"),
        pytest.param({"name": "a"}, 'wanted text as "id" of a tag, found NoneType', id="no id"),
        pytest.param({"id": "", "name": "a"}, 'wanted text as "id" of a tag, found str', id="empty id"),
        pytest.param({"id": True, "name": "a"}, 'wanted text as "id" of a tag, found bool', id="true"),
        pytest.param({"id": "1", "name": 5}, 'wanted text as "name" of a tag, found int', id="name a number"),
    ],
)
def test_a_tag_without_id_or_name_is_unreadable(found: object, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        answers.tag(found)

    assert str(caught.value) == message


def test_a_list_of_tags_is_read() -> None:
    found = {"type": "list", "data": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]}

    assert answers.tags(found) == (Tag("1", "a"), Tag("2", "b"))


@pytest.mark.parametrize("found", [{}, {"data": {}}, {"data": [1]}, {"data": [{"id": "1"}]}, []])
def test_a_list_of_something_else_is_unreadable(found: object) -> None:
    with pytest.raises(Unreadable):
        answers.tags(found)
