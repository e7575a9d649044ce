"""What becomes of a job, by what Intercom answers: tried again, waiting at no cost, or a dead letter at once."""

import itertools
from pathlib import Path

import pytest

from simulator.faults import Fault
from state import keys
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.office import Office, at_work

TAGGING = "/conversations/7/tags"
OF_ADMIN = '{"type":"error.list","errors":[{"code":"parameter_invalid","field":"admin_id","message":"no"}]}'


def answered(status: int, code: str | None = None, message: str | None = None, **fields: str) -> Fault:
    """The call that tags is answered so once, without having been made."""
    return Fault("status", status=status, code=code, message=message, count=1, path=TAGGING, **fields)  # type: ignore[arg-type]


async def runs(office: Office) -> dict[str, float]:
    """How the runs of the one job ended, that was asked for a refund of conversation 7."""
    office.place("conversation", "7")
    await office.say("conversation", "7", "refund")
    await office.done(within=30)
    ended = {
        ("retried", "error"): "again",
        ("postponed", ""): "waited",
        ("done", ""): "done",
    }
    counted = {word: office.count("autotagger_jobs_total", outcome=a, reason=b) for (a, b), word in ended.items()}
    return {word: count for word, count in counted.items() if count}


@pytest.mark.parametrize(
    "fault",
    [
        *(pytest.param(answered(status), id=str(status)) for status in (408, 409, 425, 500, 502, 503, 504)),
        pytest.param(answered(404, body="<h1>No such host</h1>"), id="4xx that is not Intercom's"),
        pytest.param(Fault("reset", count=1, path=TAGGING), id="reset before it was made"),
        pytest.param(Fault("reset", when="after", count=1, path=TAGGING), id="reset after it was made"),
        pytest.param(Fault("hang", count=1, path=TAGGING), id="no answer"),
        *(
            pytest.param(Fault("garbage", garbage=what, count=1, path=TAGGING), id=f"200 and {what}")
            for what in ("html", "empty", "truncated", "cut", "huge")
        ),
    ],
)
async def test_what_may_pass_costs_an_attempt(redis_server: RedisServer, tmp_path: Path, fault: Fault) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.simulator.faults.add(fault)

        assert await runs(office) == {"again": 1, "done": 1}

        assert office.tags("conversation", "7") == {"refund"}
        assert await office.letters() == ()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("rate_limit", count=1, path=TAGGING), id="429"),
        pytest.param(Fault("rate_limit", limits="absent", count=1, path=TAGGING), id="429 without headers"),
        pytest.param(Fault("rate_limit", limits="absurd", count=1, path=TAGGING), id="429 with absurd headers"),
        pytest.param(
            Fault("rate_limit", limits="absent", count=1, path=TAGGING, headers={"X-RateLimit-Reset": "1500000000"}),
            id="429, Reset in the past",
        ),
        pytest.param(
            Fault("rate_limit", limits="absent", count=1, path=TAGGING, headers={"X-RateLimit-Reset": "4102444800"}),
            id="429, Reset years ahead",
        ),
        pytest.param(
            Fault(
                *("rate_limit", "after", 1, None, TAGGING),
                limits="absent",
                headers={"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"},
            ),
            id="429, Retry-After a date",
        ),
        pytest.param(answered(401, "unauthorized"), id="401"),
        pytest.param(answered(401, body="<h1>Unauthorized</h1>"), id="401 that is not Intercom's"),
        pytest.param(answered(403, "action_forbidden"), id="403"),
        pytest.param(answered(404, "admin_not_found", "Admin not found"), id="admin unknown"),
        pytest.param(answered(400, body=OF_ADMIN), id="400 about the admin"),
        pytest.param(
            answered(422, "parameter_not_found", "admin_id is a required parameter"), id="422 about the admin"
        ),
    ],
)
async def test_what_is_not_the_jobs_fault_costs_nothing(
    redis_server: RedisServer, tmp_path: Path, fault: Fault
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.simulator.faults.add(fault)

        found = await runs(office)

        assert found.pop("waited") >= 1
        assert found == {"done": 1}
        assert office.tags("conversation", "7") == {"refund"}
        assert len(office.changes()) == 2


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "parameter_invalid"),
        (402, "api_plan_restricted"),
        (404, "not_found"),
        (404, "assignee_not_found"),
        (405, "client_error"),
        (422, "unprocessable_entity"),
        (307, "moved"),
    ],
)
async def test_what_will_never_be_done_is_a_dead_letter_at_once(
    redis_server: RedisServer, tmp_path: Path, status: int, code: str
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.simulator.faults.add(answered(status, code, "Conversation not found" if code == "not_found" else None))

        assert await runs(office) == {}

        (letter,) = await office.letters()
        assert (letter.reason, letter.attempts) == (code, 1)
        assert letter.request_id
        assert len(office.changes()) == 1


async def test_a_tag_that_stays_gone_is_looked_up_once_more_and_then_believed(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.simulator.faults.add(
            Fault("status", status=404, code="tag_not_found", message="Tag not found", path=TAGGING)
        )

        assert await runs(office) == {}

        (letter,) = await office.letters()
        assert (letter.reason, letter.attempts) == ("tag_not_found", 1)
        assert len(office.changes()) == 2
        assert office.reads().count("/tags") == 2


async def test_what_is_taken_off_and_is_not_there_has_succeeded(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.simulator.faults.add(
            Fault("status", status=404, code="tag_not_found", message="Tag not found", method="DELETE", path=TAGGING)
        )
        office.place("conversation", "7")
        tag, _ = office.simulator.workspace.find_or_create_tag("unsorted")
        await office.say("conversation", "7", "refund", (tag.id, "unsorted"))
        await office.done()

        assert [(method, status) for method, _, status in office.changes()] == [("POST", 200), ("DELETE", 404)]
        assert await office.letters() == ()


async def test_a_job_whose_attempts_have_lasted_long_enough_is_given_up(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, retry_limit=0.05) as office:
        office.simulator.faults.add(Fault("status", status=500, path=TAGGING))

        found = await runs(office)

        (letter,) = await office.letters()
        assert (letter.reason, letter.attempts) == ("gave up", found["again"] + 1)


async def test_a_429_is_never_answered_by_a_busy_loop(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.simulator.faults.add(Fault("rate_limit", limits="absurd", path=TAGGING))
        office.place("conversation", "7")
        job_id = await office.say("conversation", "7", "refund")
        await eventually(lambda: len(office.changes()) >= 4, timeout=30)

        came = [one.received for one in office.simulator.calls.since(0) if one.status == 429]

        # A window lasts a second here, and nobody comes back before one is over.
        assert min(later - earlier for earlier, later in itertools.pairwise(came)) > 0.5
        assert await office.redis.hget(keys.TRIES + job_id, "failures") is None  # type: ignore[misc]
