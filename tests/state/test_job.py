"""What the receiver writes, a worker reads, whatever their versions."""

import msgspec
import pytest

from facts.target import Target
from state.job import VERSION, Job, Unreadable

JOB = Job(
    "q4mx81zt", "notif_1", "ticket.created", "ticket", "7", 1_700_000_000, 1_700_000_000.5, b"item", 2, {"a": "b"}
)


def test_a_job_survives_its_bytes() -> None:
    assert Job.decode(JOB.encode()) == JOB


def test_a_job_knows_its_id_and_target() -> None:
    assert JOB.id == "q4mx81zt:notif_1"
    assert JOB.target == Target("q4mx81zt", "ticket", "7")


def test_fields_of_a_newer_process_are_passed_over() -> None:
    fields = msgspec.msgpack.decode(JOB.encode()[1:]) | {"colour": "blue"}

    assert Job.decode(bytes([VERSION]) + msgspec.msgpack.encode(fields)) == JOB


@pytest.mark.parametrize(
    "payload",
    [b"", b"\x03" + JOB.encode()[1:], JOB.encode()[:-3], b"\x01{}", b"\x80\x04pickle"],
    ids=["nothing", "newer version", "cut off", "json", "pickle"],
)
def test_what_is_no_job_of_this_version_is_unreadable(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        Job.decode(payload)
