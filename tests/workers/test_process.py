"""From a job to the right calls, or to a dead letter, whatever Intercom answers."""

import itertools
import time
from pathlib import Path
from typing import Any

import pytest

from simulator.faults import Fault
from simulator.workspace.objects import Kind
from state import keys
from state.enqueue import Enqueuer, Entry
from state.job import Job
from state.retry import Retrier
from tests.redis_server import RedisServer
from tests.stalls import watched
from tests.waiting import eventually
from tests.workers.office import ADMIN_ID, APP_ID, Office, at_work

KINDS: list[Kind] = ["conversation", "ticket"]


def tag_id(office: Office, name: str) -> str:
    return office.simulator.workspace.find_or_create_tag(name)[0].id


@pytest.mark.parametrize("kind", KINDS)
async def test_a_match_adds_and_removes(redis_server: RedisServer, tmp_path: Path, kind: Kind) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place(kind, "7", "unsorted")
        await office.say(kind, "7", "I want a refund", (tag_id(office, "unsorted"), "unsorted"))
        await office.done()

        assert office.tags(kind, "7") == {"refund"}
        (applied,) = office.simulator.workspace.objects[kind, "7"].tags.values()
        assert applied.by == ADMIN_ID


@pytest.mark.parametrize("kind", KINDS)
async def test_no_match_makes_no_call(redis_server: RedisServer, tmp_path: Path, kind: Kind) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place(kind, "7", "unsorted")
        await office.say(kind, "7", "How do I export a list?")
        await office.done()

        assert office.simulator.calls.since(0) == []
        assert await office.feed() == ()


async def test_what_the_notification_shows_to_be_so_is_not_done_again(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7", "refund")
        await office.say("conversation", "7", "refund", (tag_id(office, "refund"), "refund"))
        await office.done()

        assert office.changes() == []
        ((entry),) = await office.feed()
        assert [(step.tag, step.outcome) for step in entry.steps] == [
            ("refund", "already so"),
            ("unsorted", "already so"),
            ("quiet", "shadow"),
        ]


async def test_a_shadow_rule_is_recorded_and_changes_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "refund")
        await office.done()

        (entry,) = await office.feed()
        assert ("quiet", "shadow") in [(step.tag, step.outcome) for step in entry.steps]
        assert office.tags("conversation", "7") == {"refund"}


async def test_the_tag_list_is_read_once_for_many_events(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        for number in range(20):
            office.place("conversation", str(number))
            await office.say("conversation", str(number), "refund")
        await office.done()

        reads = [call for call in office.simulator.calls.since(0) if call.call.path == "/tags"]
        assert len(reads) == 1
        assert len(office.changes()) == 20


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=500, count=2),
        Fault("status", status=503, count=2, when="after"),
        Fault("status", status=408, count=1),
        Fault("reset", count=2),
        Fault("reset", count=1, when="after"),
        Fault("hang", count=1),
        Fault("garbage", garbage="html", count=1),
        Fault("garbage", garbage="empty", count=1),
        Fault("garbage", garbage="truncated", count=1),
        Fault("garbage", garbage="huge", count=1),
        Fault("rate_limit", count=2),
        Fault("rate_limit", count=1, limits="absent"),
        Fault("rate_limit", count=1, limits="absurd"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status if fault.kind == 'status' else fault.when}",
)
@pytest.mark.parametrize("path", ["/tags", "/conversations"])
async def test_whatever_passes_the_tag_is_there_afterwards(
    redis_server: RedisServer, tmp_path: Path, fault: Fault, path: str
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        office.simulator.faults.add(_at(fault, path))
        await office.say("conversation", "7", "I want a refund and I am furious")
        await office.done(within=30)

        assert office.tags("conversation", "7") == {"refund", "angry"}
        assert await office.letters() == ()


def _at(fault: Fault, path: str) -> Fault:
    fields: dict[str, Any] = {name: getattr(fault, name) for name in fault.__struct_fields__}
    return Fault(**fields | {"path": path})


@pytest.mark.parametrize(
    ("status", "code"), [(401, "unauthorized"), (403, "forbidden"), (404, "admin_not_found")], ids=str
)
async def test_while_token_or_admin_is_refused_nothing_is_spent(
    redis_server: RedisServer, tmp_path: Path, status: int, code: str
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        office.simulator.faults.add(Fault("status", status=status, code=code, count=3, path="/conversations"))
        job_id = await office.say("conversation", "7", "refund")
        await eventually(lambda: len(office.changes()) >= 2)

        assert await office.redis.hget(keys.TRIES + job_id, "failures") is None  # type: ignore[misc]
        await office.done()
        assert office.tags("conversation", "7") == {"refund"}


async def test_a_429_spends_no_attempt(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        office.simulator.faults.add(Fault("rate_limit", count=2, path="/conversations"))
        job_id = await office.say("conversation", "7", "refund")
        await eventually(lambda: len(office.changes()) >= 2)

        assert await office.redis.hget(keys.TRIES + job_id, "failures") is None  # type: ignore[misc]
        await office.done()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_object_that_is_gone_is_a_dead_letter_at_once(
    redis_server: RedisServer, tmp_path: Path, kind: Kind
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        await office.say(kind, "404", "refund")
        await office.done()

        (letter,) = await office.letters()
        assert letter.reason in {"not_found", "ticket_not_found"}
        assert (letter.target, letter.rules, letter.attempts) == (f"{kind}:404", ("refund",), 1)
        assert letter.request_id


async def test_a_change_that_fails_for_good_does_not_keep_the_others_back(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, missing=("refund",)) as office:
        office.place("conversation", "7", "unsorted")
        await office.say("conversation", "7", "refund! I am furious", (tag_id(office, "unsorted"), "unsorted"))
        await office.done()

        assert office.tags("conversation", "7") == {"angry"}
        (letter,) = await office.letters()
        assert letter.reason == "unknown tag"
        assert letter.last_error == 'there is no tag "refund" in the workspace'


async def test_what_is_too_much_work_to_evaluate_is_a_dead_letter_and_keeps_nothing_back(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "a refund, please. " + "tedious " * 3_000)
        await office.done()

        assert office.tags("conversation", "7") == {"refund"}
        (letter,) = await office.letters()
        assert (letter.reason, letter.rules) == ("too much work", ("thorough",))
        assert letter.last_error == 'too much work to evaluate "thorough"'
        (entry,) = await office.feed()
        assert entry.unevaluated == ("thorough",)
        assert [step.outcome for step in entry.steps] == ["made", "already so", "shadow"]
        counted = {"rule": "thorough"}
        assert office.metrics.registry.get_sample_value("autotagger_rules_unevaluated_total", counted) == 1


async def test_a_missing_tag_is_created_where_the_setting_allows_it(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, missing=("refund",), create_tags=True) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "refund")
        await office.done()

        assert office.tags("conversation", "7") == {"refund"}
        assert [path for _, path, _ in office.changes()] == ["/tags", "/conversations/7/tags"]


async def test_a_tag_that_was_made_anew_is_looked_up_again_once(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        office.place("conversation", "8")
        await office.say("conversation", "7", "refund")
        await office.done()
        office.simulator.workspace.delete_tag(tag_id(office, "refund"))
        office.simulator.workspace.find_or_create_tag("refund")
        await office.say("conversation", "8", "refund")
        await office.done()

        assert office.tags("conversation", "8") == {"refund"}
        assert await office.letters() == ()


async def test_removing_a_tag_that_is_not_there_succeeds(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("ticket", "7")
        await office.say("ticket", "7", "refund")
        await office.done()

        assert office.tags("ticket", "7") == {"refund"}
        assert await office.letters() == ()


async def test_what_an_earlier_run_has_made_is_not_made_again(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("ticket", "7", "unsorted")
        office.simulator.faults.add(Fault("status", status=500, count=3, method="DELETE"))
        await office.say("ticket", "7", "refund")
        await office.done()

        methods = [method for method, _, _ in office.changes()]
        assert methods.count("POST") == 1
        assert methods.count("DELETE") == 4


async def test_what_intercom_refused_is_not_asked_again_while_the_rest_waits(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("ticket", "7", "unsorted")
        office.simulator.faults.add(Fault("status", status=400, code="parameter_invalid", method="POST"))
        office.simulator.faults.add(Fault("status", status=500, count=3, method="DELETE"))
        await office.say("ticket", "7", "refund")
        await office.done()

        methods = [method for method, _, _ in office.changes()]
        assert (methods.count("POST"), methods.count("DELETE")) == (1, 4)
        assert office.count("autotagger_tag_changes_total", rule="refund", action="add", outcome="failed") == 1
        (letter,) = await office.letters()
        assert (letter.reason, letter.rules, letter.calls) == ("parameter_invalid", ("refund",), 1)
        assert letter.request_id
        # Whoever has it retried has that one call made again, and no other.
        office.simulator.faults.clear()
        await Retrier(office.redis).retry([letter.id])
        await office.done()
        assert office.tags("ticket", "7") == {"refund"}
        assert [method for method, _, _ in office.changes()].count("DELETE") == 4


async def test_a_persons_veto_is_counted_once_whatever_the_runs(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "A refund!")
        await office.done()
        await office.tell("conversation.user.replied", _without_tags("7"), after=10)
        await office.done()
        office.place("conversation", "7")
        office.simulator.faults.add(Fault("status", status=500, count=3, method="POST"))

        await office.tell("conversation.user.replied", _without_tags("7", "A refund! I am furious"), after=20)
        await office.done()

        assert office.tags("conversation", "7") == {"angry"}
        assert office.count("autotagger_tag_changes_total", rule="refund", action="add", outcome="vetoed") == 1


def _without_tags(conversation_id: str, text: str = "Hello") -> dict[str, Any]:
    """A customer writes in a conversation that carries no tag."""
    part = {"id": "1", "part_type": "comment", "body": f"<p>{text}</p>", "author": {"type": "user", "id": "u1"}}
    return {
        "type": "conversation",
        "id": conversation_id,
        "tags": {"type": "tag.list", "tags": []},
        "conversation_parts": {"conversation_parts": [part], "total_count": 1},
    }


async def test_a_job_whose_day_is_over_is_a_dead_letter(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, retry_limit=0.05) as office:
        office.place("conversation", "7")
        office.simulator.faults.add(Fault("status", status=500))
        await office.say("conversation", "7", "refund")
        await office.done()

        (letter,) = await office.letters()
        assert letter.reason == "gave up"
        assert letter.attempts > 1
        assert "500" in letter.first_error


async def test_a_job_of_another_version_is_left_to_others_as_it_is(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        newer = Entry(f"{APP_ID}:1", keys.queue(APP_ID), b"\x63newer", int(time.time()))
        await Enqueuer(office.redis).enqueue(newer)

        await eventually(lambda: office.count("autotagger_jobs_total", outcome="postponed", reason="") > 2)
        assert await office.redis.get(keys.JOB + newer.job_id) == b"\x63newer"
        assert await office.redis.hget(keys.TRIES + newer.job_id, "failures") is None  # type: ignore[misc]
        assert await office.redis.zscore(newer.queue, newer.job_id)

        # It does not stand in the way of the others.
        office.place("conversation", "7")
        await office.say("conversation", "7", "refund")
        await eventually(lambda: office.tags("conversation", "7") == {"refund"})


async def test_a_job_that_no_version_came_for_in_a_day_is_a_dead_letter(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, retry_limit=0.05) as office:
        newer = Entry(f"{APP_ID}:1", keys.queue(APP_ID), b"\x63newer", int(time.time()))
        await Enqueuer(office.redis).enqueue(newer)
        await office.done()

        (letter,) = await office.letters()
        assert (letter.reason, letter.last_error) == (
            "gave up",
            "job of version 63; this process reads versions 1 and 2",
        )
        assert await office.redis.hget(keys.LETTER + letter.id, "payload") == b"\x63newer"  # type: ignore[misc]


async def test_a_job_that_cannot_be_read_spends_attempts_and_is_kept(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        broken = Entry(f"{APP_ID}:1", keys.queue(APP_ID), b"\x01broken", int(time.time()))
        await Enqueuer(office.redis).enqueue(broken)

        await eventually(lambda: office.redis.hget(keys.TRIES + broken.job_id, "failures"))
        assert await office.redis.get(keys.JOB + broken.job_id) == b"\x01broken"


async def test_a_letter_of_a_job_that_failed_through_a_mistake_names_its_object(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    job = Job("stranger", "notif_1", "conversation.user.replied", "conversation", "7", 1, 1.0, b"")
    async with at_work(redis_server.settings, tmp_path) as office:
        # No worker has a desk for the workspace that stands in its bytes.
        entry = Entry(f"{APP_ID}:1", keys.queue(APP_ID), job.encode(), int(time.time()))
        await Enqueuer(office.redis, patience=10.0).enqueue(entry)
        await office.done()

        (letter,) = await office.letters()

    assert (letter.reason, letter.target, letter.topic) == ("crashed", "conversation:7", "conversation.user.replied")


async def test_the_calls_stay_below_the_limit_and_all_is_done(redis_server: RedisServer, tmp_path: Path) -> None:
    limited = at_work(redis_server.settings, tmp_path, limit=25, workspace={"calls_per_window": 25})
    async with limited as office, watched(office.settings.workspaces[0].base_url) as stalls:
        for number in range(60):
            office.place("conversation", str(number))
            await office.say("conversation", str(number), "refund")
        await office.done(within=30)

        assert all(office.tags("conversation", str(number)) == {"refund"} for number in range(60))
        assert stalls.too_many(office.simulator) <= 0


async def test_the_delay_from_webhook_to_call_is_measured(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "refund")
        await office.done()

        (entry,) = await office.feed()
        (delay,) = [step.delay for step in entry.steps if step.outcome == "made"]
        assert delay is not None
        assert 0 < delay < 5
        assert office.metrics.registry.get_sample_value("autotagger_event_to_tag_seconds_count") == 1


async def test_the_feed_tells_of_what_earlier_runs_have_made(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("ticket", "7", "unsorted")
        office.simulator.faults.add(Fault("status", status=500, count=1, method="DELETE"))
        await office.say("ticket", "7", "refund")
        await office.done()

        (entry,) = await office.feed()
        assert [(step.tag, step.outcome) for step in entry.steps] == [("refund", "made"), ("unsorted", "made")]


async def test_while_the_token_is_refused_one_call_at_a_time_finds_out(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, refused_wait=0.4) as office:
        office.simulator.faults.add(Fault("status", status=401, code="unauthorized", count=4))
        for number in range(40):
            office.place("conversation", str(number))
            await office.say("conversation", str(number), "refund")
        await office.done(within=30)

        calls = office.simulator.calls.since(0)
        refused = [one.received for one in calls if one.status == 401]
        assert len(refused) == 4
        assert min(later - earlier for earlier, later in itertools.pairwise(refused[1:])) > 0.3
        assert all(office.tags("conversation", str(number)) == {"refund"} for number in range(40))
    told = [record.getMessage() for record in caplog.records if "refuses the token" in record.getMessage()]
    assert [line.startswith("mended") for line in told] == [False, True]


async def test_a_job_that_ends_its_workers_is_put_aside(redis_server: RedisServer, tmp_path: Path) -> None:
    async with redis_server.client() as redis:
        await redis.hset(keys.TRIES + f"{APP_ID}:notif_poison", "abandoned", "3")  # type: ignore[misc]
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "refund", notification_id="notif_poison")
        await office.done()

        (letter,) = await office.letters()
        assert (letter.reason, letter.target) == ("ended its worker", "conversation:7")
        assert office.changes() == []


async def test_a_job_that_takes_too_long_spends_an_attempt(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, job_timeout=0.2) as office:
        office.place("conversation", "7")
        office.simulator.faults.add(Fault("hang", count=1, path="/conversations"))
        job_id = await office.say("conversation", "7", "refund")
        await eventually(lambda: office.redis.hget(keys.TRIES + job_id, "last_error"))
        await office.done()

        assert office.tags("conversation", "7") == {"refund"}


async def test_an_old_list_of_tags_serves_while_intercom_does_not_give_a_new_one(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, tags_max_age=0.001) as office:
        office.place("conversation", "7")
        office.place("conversation", "8")
        await office.say("conversation", "7", "refund")
        await office.done()
        office.simulator.faults.add(Fault("status", status=500, path="/tags"))
        await office.say("conversation", "8", "refund")
        await office.done()

        assert office.tags("conversation", "8") == {"refund"}
