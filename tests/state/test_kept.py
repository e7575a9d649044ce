"""What this version writes into Redis, byte by byte: others read it in a rolling update, and after a way back.

Never change a file in `kept`: a process of some version has written it, and such a one may have to read what is written
now. With a new field comes a new file, and the one without it stays, to be read for ever. What an older version would
misread gets a new version.
"""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from state import feed, ledger
from state.entry import Claim, Entry, Order, Origin, Pending, Removal
from state.job import Job

KEPT = Path(__file__).parent / "kept"

ITEM = b'{"type":"conversation","id":"215470000112233","state":"open","source":{"body":"<p>Hello</p>"}}'

JOBS = {
    "job-1": Job(
        app_id="q4mx81zt",
        notification_id="notif_5f2c1a34-8c1b-4b6e-9d6e-2f1f0c1d7a11",
        topic="conversation.user.replied",
        kind="conversation",
        target_id="215470000112233",
        created_at=1_790_000_000,
        received_at=1_790_000_001.25,
        item=ITEM,
    ),
    "job-1-every-field": Job(
        app_id="q4mx81zt",
        notification_id="notif_5f2c1a34-8c1b-4b6e-9d6e-2f1f0c1d7a12",
        topic="ticket.created",
        kind="ticket",
        target_id="7",
        created_at=1_790_000_000,
        received_at=1_790_000_001.25,
        item=b'{"type":"ticket","id":"7"}',
        delivery_attempts=2,
        trace={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    ),
    "job-2-some-rules": Job(
        app_id="q4mx81zt",
        notification_id="backfill:1:conversation:215470000112233",
        topic="backfill",
        kind="conversation",
        target_id="215470000112233",
        created_at=1_790_000_000,
        received_at=1_790_000_001.25,
        item=ITEM,
        rules=("refund-request", "churn-risk"),
    ),
}

ORDER = Order(1_790_000_000, "notif_1")

ORIGIN = Origin(
    rules=("refund",),
    order=ORDER,
    rule_set="0123456789ab",
    topic="conversation.user.replied",
    field="message.text",
    phrase="refund*",
    span=(13, 19),
    by="5017001",
    removes=True,
)

BEFORE_ORIGINS = Entry(
    tag="billing/refund",
    standing="ours",
    at=1_790_000_002.5,
    seen=1_790_000_001.5,
    claims={"refund": Claim(ORDER, "0123456789ab"), "angry": Claim(ORDER, "0123456789ab", held=False)},
    removal=Removal(ORDER, "0123456789ab", ("unsorted",)),
    pending=Pending("add", 1_790_000_003.0),
    flips=(1_790_000_000.0, 1_790_000_001.0),
    is_told=True,
)

BEFORE_UNDO = replace(BEFORE_ORIGINS, pending=Pending("add", 1_790_000_003.0, ORIGIN), origin=ORIGIN, before="found")

ENTRIES = {
    "entry": Entry("billing/refund"),
    "entry-every-field": replace(BEFORE_UNDO, pending=Pending("add", 1_790_000_003.0, ORIGIN, by_person=True)),
}

STEP = feed.Step("conversation", "billing/refund", "add", ("refund",), "made", 0.25)

BEFORE_PROOFS = feed.Entry(
    app_id="q4mx81zt",
    notification_id="notif_1",
    topic="conversation.user.replied",
    target="conversation:7",
    rule_set="0123456789ab",
    received_at=1_790_000_001.25,
    done_at=1_790_000_001.5,
    steps=(STEP,),
    conflicts=("vip",),
    undecided=("slow",),
    gone=("contact",),
    unevaluated=("hard",),
)

PROVEN = replace(
    STEP,
    object_id="66f0aa10b2c3d4e5f6a70801",
    proofs=(feed.Proof("refund", "message.text", "mentions_any", "refund*", (13, 19)),),
    reply=feed.Reply(200, 1_790_000_002, "5017001", "no such tag", "req-1"),
)

BEFORE_REASONS = replace(
    BEFORE_PROOFS,
    steps=(PROVEN,),
    created_at=1_790_000_000,
    merged_from="66f0aa10b2c3d4e5f6a70802",
)

FEED = replace(
    BEFORE_REASONS,
    steps=(replace(PROVEN, reply=feed.Reply(200, 1_790_000_002, "5017001", "no such tag", "req-1", "rejected")),),
)


def kept(name: str) -> bytes:
    return (KEPT / name).read_bytes()


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_read_and_written_as_ever(name: str) -> None:
    assert Job.decode(kept(name)) == JOBS[name]
    assert JOBS[name].encode() == kept(name)


def test_every_field_of_a_job_is_kept_somewhere() -> None:
    plain = msgspec.structs.asdict(JOBS["job-1"])
    others = [msgspec.structs.asdict(job) for job in JOBS.values()]

    assert {field for field in plain for other in others if other[field] != plain[field]} >= optional(Job)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_of_the_ledger_is_read_and_written_as_ever(name: str) -> None:
    assert Entry.decode(kept(name)) == ENTRIES[name]
    assert ENTRIES[name].encode() == kept(name)


def test_every_field_of_an_entry_is_kept_somewhere() -> None:
    plain, whole = (msgspec.structs.asdict(ENTRIES[name]) for name in ENTRIES)

    assert {field for field in plain if plain[field] != whole[field]} == optional(Entry)
    assert all(msgspec.structs.asdict(ORIGIN)[field] for field in optional(Origin))


def test_an_entry_with_more_fields_of_a_newer_version_is_read() -> None:
    fields = [*msgspec.msgpack.decode(kept("entry-every-field")), {"more": 1}]

    assert Entry.decode(msgspec.msgpack.encode(fields)) == ENTRIES["entry-every-field"]


def test_what_a_payload_has_shown_is_read_and_written_as_ever() -> None:
    shown = ledger.Shown(1_790_000_000.0, ("1", "2"))

    assert ledger.Page.from_fields({ledger.SHOWN: kept("shown")}).shown == shown
    assert shown.encode() == kept("shown")


def test_an_entry_of_the_feed_is_read_and_written_as_ever() -> None:
    (step,) = FEED.steps

    assert msgspec.msgpack.decode(kept("feed"), type=feed.Entry) == FEED
    assert FEED.encode() == kept("feed")
    for struct in (FEED, step, step.reply, *step.proofs):
        assert struct is not None
        assert all(msgspec.structs.asdict(struct)[field] for field in optional(type(struct)))


def test_what_older_versions_wrote_is_read() -> None:
    assert Entry.decode(kept("entry-before-origins")) == BEFORE_ORIGINS
    assert Entry.decode(kept("entry-before-undo")) == BEFORE_UNDO
    assert msgspec.msgpack.decode(kept("feed-before-proofs"), type=feed.Entry) == BEFORE_PROOFS
    assert msgspec.msgpack.decode(kept("feed-before-reasons"), type=feed.Entry) == BEFORE_REASONS


def optional(struct: type[msgspec.Struct]) -> set[str]:
    """The fields that have a default."""
    return {field.name for field in msgspec.structs.fields(struct) if not field.required}
