"""Tags of companies go by name: by the right one, also when somebody renames the tag in that moment."""

from collections.abc import Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from simulator.faults import Fault
from simulator.workspace.objects import Kind
from state import keys
from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import COMPANY, CONTACT, CONVERSATION, rule
from tests.workers.office import Office, at_work

ALWAYS = "company.id: {exists: yes}"
ADD, REMOVE = "{add: [vip]}", "{remove: [vip]}"
REFUND = "message.text: {mentions_any: [refund]}"
RENAMED = "autotagger_tags_renamed_under_way_total"


def tag_id(office: Office, name: str) -> str:
    return office.simulator.workspace.find_or_create_tag(name)[0].id


def names(office: Office) -> set[str]:
    """All tags there are."""
    return {tag.name for tag in office.simulator.workspace.tags.values()}


async def warmed_up(office: Office) -> None:
    """Have the worker know the list of tags."""
    office.place("company", "warm")
    await office.tell(*events.company(id="warm"))
    await office.done()


async def test_a_company_rule_adds(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(ALWAYS, ADD, "company")) as office:
        office.place("company", COMPANY)

        await office.tell(*events.company())
        await office.done()

        assert office.tags("company", COMPANY) == {"vip"}
        assert office.changes() == [("POST", "/tags", 200)]


async def test_a_company_rule_removes(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(ALWAYS, REMOVE, "company")) as office:
        office.place("company", COMPANY, "vip", "beta")

        await office.tell(*events.company(tag_id(office, "vip"), tag_id(office, "beta")))
        await office.done()

        assert office.tags("company", COMPANY) == {"beta"}


@pytest.mark.parametrize(("then", "present"), [(ADD, ("vip",)), (REMOVE, ())], ids=["there", "not there"])
async def test_what_the_company_shows_to_be_so_is_not_done_again(
    redis_server: RedisServer, tmp_path: Path, then: str, present: tuple[str, ...]
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(ALWAYS, then, "company")) as office:
        office.place("company", COMPANY, *present)

        await office.tell(*events.company(*(tag_id(office, name) for name in present)))
        await office.done()

        assert office.changes() == []


async def test_a_tag_that_was_renamed_is_put_on_by_its_new_name(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(ALWAYS, ADD, "company")) as office:
        await warmed_up(office)
        office.simulator.workspace.rename_tag(tag_id(office, "vip"), "Key account")
        await office.another_worker()
        office.place("company", COMPANY)

        await office.tell(*events.company())
        await office.done()

        assert office.tags("company", COMPANY) == {"Key account"}
        assert "vip" not in names(office)
        assert office.count(RENAMED) == 0


def rename(office: Office) -> None:
    office.simulator.workspace.rename_tag(tag_id(office, "vip"), "Key account")


@pytest.mark.parametrize("create_tags", [False, True])
async def test_a_tag_that_is_renamed_in_that_moment_leaves_no_other_behind(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, create_tags: bool
) -> None:
    rules = rule(ALWAYS, ADD, "company")
    async with at_work(redis_server.settings, tmp_path, rules=rules, create_tags=create_tags) as office:
        await warmed_up(office)
        rename(office)
        office.place("company", COMPANY, "beta")

        await office.tell(*events.company(tag_id(office, "beta")))
        await office.done()

        assert office.tags("company", COMPANY) == {"Key account", "beta"}
        assert "vip" not in names(office)
        assert office.count(RENAMED) == 1
        assert await office.letters() == ()
    assert sum("renamed under way" in record.message for record in caplog.records) == 1


async def test_a_tag_that_is_renamed_while_it_is_taken_off_leaves_no_other_behind(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(ALWAYS, REMOVE, "company")) as office:
        office.place("company", "warm", "vip")
        await office.tell(*events.company(tag_id(office, "vip"), id="warm"))
        await office.done()
        office.place("company", COMPANY, "vip")
        vip = tag_id(office, "vip")
        rename(office)

        await office.tell(*events.company(vip))
        await office.done()

        assert office.tags("company", COMPANY) == set()
        assert "vip" not in names(office)


@pytest.mark.parametrize("kind", ["conversation", "contact"])
async def test_a_tag_that_a_person_made_and_used_in_that_minute_is_not_deleted(
    redis_server: RedisServer, tmp_path: Path, kind: Kind
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(ALWAYS, ADD, "company")) as office:
        await warmed_up(office)
        rename(office)
        office.place(kind, "77", "vip")
        office.place("company", COMPANY)

        await office.tell(*events.company())
        await office.done()

        assert office.tags("company", COMPANY) == {"Key account"}
        assert office.tags(kind, "77") == {"vip"}


async def test_a_tag_made_by_mistake_that_segments_need_stays_and_is_told(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(ALWAYS, ADD, "company")) as office:
        await warmed_up(office)
        rename(office)
        in_use = Fault("status", status=400, code="tag_has_dependent_objects", method="DELETE", path="/tags")
        office.simulator.faults.add(in_use)
        office.place("company", COMPANY)

        await office.tell(*events.company())
        await office.done()

        assert office.tags("company", COMPANY) == {"Key account"}
    assert any("made by mistake, stays" in record.message for record in caplog.records)


@pytest.mark.parametrize(
    ("create_tags", "letters", "known"), [(False, 1, False), (True, 0, True)], ids=["not to create", "to create"]
)
async def test_a_tag_that_is_deleted_in_that_moment_comes_back_only_where_that_is_allowed(
    redis_server: RedisServer, tmp_path: Path, create_tags: bool, letters: int, known: bool
) -> None:
    rules = rule(ALWAYS, ADD, "company")
    async with at_work(redis_server.settings, tmp_path, rules=rules, create_tags=create_tags) as office:
        await warmed_up(office)
        office.simulator.workspace.delete_tag(tag_id(office, "vip"))
        office.place("company", COMPANY)

        await office.tell(*events.company())
        await office.done()

        assert len(await office.letters()) == letters
        assert ("vip" in names(office)) is known
        assert ("vip" in office.tags("company", COMPANY)) is known


async def test_a_tag_that_does_not_exist_is_never_created_by_the_back_door(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    rules = rule(ALWAYS, ADD, "company")
    async with at_work(redis_server.settings, tmp_path, rules=rules, missing=("vip",)) as office:
        office.place("company", COMPANY)

        await office.tell(*events.company())
        await office.done()

        (letter,) = await office.letters()
        assert letter.reason == "unknown tag"
        assert "vip" not in names(office)
        assert office.changes() == []


async def test_a_message_tags_the_company_of_its_author(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule(REFUND, "{company: {add: [vip]}}")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("company", COMPANY)
        office.place("company", "second")
        office.place("contact", CONTACT, companies=(COMPANY, "second"))

        await office.tell(*events.reply())
        await office.done()

        assert office.tags("company", COMPANY) == {"vip"}
        assert office.tags("company", "second") == set()
        assert office.reads() == [f"/contacts/{CONTACT}/companies", "/tags"]


def nobody(office: Office) -> None:
    office.place("conversation", CONVERSATION)


def alone(office: Office) -> None:
    office.place("contact", CONTACT)


@pytest.mark.parametrize("furnish", [nobody, alone], ids=["the contact is gone", "the contact has no company"])
async def test_without_a_company_that_is_recorded(
    redis_server: RedisServer, tmp_path: Path, furnish: Callable[[Office], None]
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(REFUND, "{company: {add: [vip]}}")) as office:
        furnish(office)

        await office.tell(*events.reply())
        await office.done()

        (entry,) = await office.feed()
        assert [(step.kind, step.outcome) for step in entry.steps] == [("company", "no company")]
        assert await office.letters() == ()


async def test_of_a_call_that_never_left_nothing_is_remembered(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    limited = rule(ALWAYS, ADD, "company").replace("then:", "limits: {max_objects_per_hour: 1}, then:", 1)
    async with at_work(redis_server.settings, tmp_path, rules=limited) as office:
        for company in ("1", "2"):
            office.place("company", company)
            await office.tell(*events.company(id=company))
            await office.done()

        assert (office.tags("company", "1"), office.tags("company", "2")) == ({"vip"}, set())
        assert [key async for key in redis.scan_iter(f"{keys.ATTEMPT}*")] == []


async def test_a_company_that_is_gone_by_then_is_no_company(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(REFUND, "{company: {add: [vip]}}")) as office:
        office.place("company", COMPANY)
        office.place("contact", CONTACT, companies=(COMPANY,))
        gone = Fault("status", status=404, code="company_not_found", message="Company Not Found", method="POST")
        office.simulator.faults.add(gone)

        await office.tell(*events.reply())
        await office.done()

        (entry,) = await office.feed()
        assert [(step.kind, step.outcome) for step in entry.steps] == [("company", "no company")]
        assert await office.letters() == ()
