"""Whatever JSON a server makes up, reading it ends in a value or in Unreadable."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.intercom import answers, objects, workspace
from workers.intercom.call import Call
from workers.intercom.errors import IntercomError
from workers.intercom.fields import Unreadable, document
from workers.intercom.limits import Limits
from workers.intercom.verdict import Reply, contents

NAMES = """
    id name type tags data companies contacts pages next starting_after total_count conversations has_more users
    created_at updated_at applied_at applied_by app admins teams team_ids admin_ids segments ticket_state category
    owner_id company errors code message field request_id
"""
KEYS = st.sampled_from(NAMES.split())
WORDS = st.sampled_from(("", "1", "error.list", "not_found", "2024-08-01T08:14:20Z"))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=6)

READERS: dict[str, Callable[[object], Any]] = {
    "tag": answers.tag,
    "tags": answers.tags,
    "tagged": answers.tagged,
    "page": lambda found: answers.page(found, ("conversations", "data"), objects.conversation),
    "conversation": objects.conversation,
    "ticket": objects.ticket,
    "contact": objects.contact,
    "company": objects.company,
    "me": workspace.me,
    "admin": workspace.admin,
    "team": workspace.team,
    "segments": workspace.segments,
}


@given(found=OBJECTS | JSON)
def test_any_json_is_read_or_unreadable(found: Any) -> None:
    for read in READERS.values():
        with contextlib.suppress(Unreadable):
            assert read(found) is not None


@given(found=OBJECTS | JSON, status=st.integers(100, 599))
def test_any_answer_is_an_object_or_an_error_of_the_family(found: Any, status: int) -> None:
    body = json.dumps(found).encode()

    with contextlib.suppress(IntercomError):
        assert isinstance(contents(Reply(Call("GET", "/me"), status, body, Limits(), 1.0, 2.0)), dict)


@given(body=st.binary(max_size=64) | st.text(alphabet='{}[]":,0eE.-+\\', max_size=64).map(str.encode))
def test_any_bytes_are_an_object_or_unreadable(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(document(body), dict)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "123456789012345678901", "NaN", "Infinity", "0x1", "1_0", "01"])
def test_a_number_that_is_none_of_json_or_of_this_world_is_unreadable(number: str) -> None:
    with pytest.raises(Unreadable):
        document(b'{"id":%b}' % number.encode())
