"""Whatever is sent, signed or not, there is one answer, one outcome, and at most one job, which a worker can read."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from facts import item
from facts.topics import TOPICS
from state.job import Job
from tests.fuzzed import fuzzed
from tests.service.fuzz.ear import Ear, Headers
from tests.service.receiver import APP_ID, notification, signature

BODIES = sorted((Path(__file__).parents[1] / "hostile" / "bodies").rglob("*.json"))
SEEDS = [*(path.read_bytes() for path in BODIES), *(json.dumps(notification(topic)).encode() for topic in TOPICS)]
PIECES = (
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b'""', b"\\", b"\\u", b"\\ud83d", b"\\u0000", b"\n", b"\0", b"\xff"),
    *(b"null", b"true", b"NaN", b"-0", b"1e999", b"-1", b"9" * 19, b"9" * 20, b"9" * 21, b"18446744073709551615"),
    *(b'"id":', b'"type":', b'"topic":', b'"app_id":', b'"data":', b'"item":', b'"created_at":', b'"__proto__":'),
    *(b"[" * 70, b'{"a":' * 70, b"]" * 70, "é😀\u2028".encode(), b"\xed\xa0\x80", b"\xc0\xaf", b" " * 50),
)
JSON_TYPE = (b"content-type", b"application/json")

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**66), 2**66)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(["", "1", "conversation", "conversation_part", "ticket", "../x", "2026-01-01T00:00:00Z", 1e308])
)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["id", "type", "item", "source", "author", "contacts", "conversation_parts", "tags", "ticket", "contact", "company"]
)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5), max_leaves=25
)


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A body in which pieces are cut out, doubled, swapped with others or put in."""
    content = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 30))
        piece = draw(st.sampled_from([*PIECES, content[start:end] * 2, b""]) | st.binary(max_size=6))
        content = content[:start] + piece + content[end:]
    return content


@st.composite
def odd(draw: st.DrawFn) -> bytes:
    """An envelope, the parts of which are documents of any kind."""
    keys = ("id", "created_at", "first_sent_at", "delivery_attempts", "links", "self", "item")
    changed: dict[str, Any] = {key: draw(documents) for key in draw(st.sets(st.sampled_from(keys), max_size=3))}
    if draw(st.booleans()):
        changed["item"] = {"id": "1", "type": "conversation"} | draw(st.dictionaries(names, documents, max_size=6))
    return json.dumps(notification(draw(st.sampled_from(sorted(TOPICS))), **changed)).encode()


def checked(ear: Ear, status: int) -> None:
    """What holds for every request, whatever it was."""
    (outcome,) = ear.outcomes()
    assert len(ear.stored.entries) == (outcome == "stored")
    for entry in ear.stored.entries:
        job = Job.decode(entry.payload)
        assert job.app_id == APP_ID
        assert isinstance(item.load(job.item), dict)
        assert entry.job_id == f"{APP_ID}:{job.notification_id}"
        assert status == 200


@fuzzed
@given(
    st.binary(max_size=300) | mangled() | mangled() | odd() | documents.map(lambda found: json.dumps(found).encode())
)
def test_a_signed_body_of_any_kind_is_taken_ignored_or_refused(body: bytes) -> None:
    ear = Ear()

    status = ear.hear(body, [JSON_TYPE, (b"x-hub-signature", signature(body).encode())])

    checked(ear, status)
    assert status in ({400} if "malformed" in ear.outcomes() else {200})


@fuzzed
@given(mangled() | odd())
def test_what_is_taken_says_the_same_to_another_parser(body: bytes) -> None:
    ear = Ear()

    ear.hear(body, [JSON_TYPE, (b"x-hub-signature", signature(body).encode())])

    for entry in ear.stored.entries:
        job, document = Job.decode(entry.payload), json.loads(body.decode())
        assert (job.app_id, job.topic) == (document["app_id"], document["topic"])
        assert document.get("id") in {job.notification_id, None}


BODY = json.dumps(notification()).encode()
RIGHT = signature(BODY).encode()

header_names = st.sampled_from([b"x-hub-signature", b"content-type", b"content-length", b"x"]) | st.binary(max_size=20)
header_values = (
    st.binary(max_size=60)
    | st.sampled_from([RIGHT, RIGHT.upper(), RIGHT[:-1], RIGHT + b" ", RIGHT * 2, b"application/json", b"9" * 5_000])
    | st.builds(lambda at, byte: RIGHT[:at] + bytes([byte]) + RIGHT[at + 1 :], st.integers(0, 44), st.integers(0, 255))
)


@fuzzed
@given(st.lists(st.tuples(header_names, header_values), max_size=6))
def test_headers_of_any_kind_let_only_the_right_signature_in(headers: Headers) -> None:
    ear = Ear()

    status = ear.hear(BODY, headers)

    checked(ear, status)
    signatures = [value for name, value in headers if name == b"x-hub-signature"]
    assert status in {200, 401, 413, 415}
    assert (status in {200, 415}) <= (signatures == [RIGHT])
