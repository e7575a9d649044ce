"""`tags add`, `remove` and `of`."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Literal

import pytest
from redis.asyncio import Redis

from facts.target import Target
from rules.language.values import Kind
from state import ledger
from state.entry import Entry, Order
from state.ledger import Ledger
from tests.cli.inbox import APP_ID, Inbox

KINDS: tuple[Kind, ...] = ("conversation", "ticket", "contact", "company")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_tag_is_put_on_and_taken_off(inbox: Inbox, kind: str) -> None:
    vip = await inbox.tag("vip")
    await inbox.put(kind, "123")

    added = await inbox.run("tags", "add", f"{kind}:123", "VIP")
    assert (added.returncode, added.stdout) == (0, f'{kind}:123 has the tag "vip" now\n')
    assert await inbox.names(kind, "123") == {"vip"}

    removed = await inbox.run("tags", "remove", f"{kind}:123", vip, "--json")
    assert removed.returncode == 0
    assert json.loads(removed.stdout) == {
        "target": f"{kind}:123",
        "action": "remove",
        "tag": {"id": vip, "name": "vip"},
        "was_there": None if kind == "company" else True,
    }
    assert await inbox.names(kind, "123") == set()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_done_so_counts_as_a_persons_doing(inbox: Inbox, redis: Redis, kind: Kind) -> None:
    vip, target = await inbox.tag("vip"), Target(APP_ID, kind, "123")
    await inbox.put(kind, "123")

    await inbox.run("tags", "add", f"{kind}:123", "vip")
    assert (await Ledger(redis).entries(target))[vip].standing == "theirs"
    await inbox.run("tags", "remove", f"{kind}:123", "vip")
    assert (await Ledger(redis).entries(target))[vip].standing == "vetoed"


async def test_taking_off_what_is_not_there_is_fine(inbox: Inbox) -> None:
    await inbox.tag("vip")
    await inbox.put("conversation", "123")

    removed = await inbox.run("tags", "remove", "conversation:123", "vip")

    assert (removed.returncode, removed.stdout) == (0, 'conversation:123 did not have the tag "vip"\n')


@pytest.mark.parametrize("kind", KINDS)
async def test_no_tag_is_made_by_accident(inbox: Inbox, kind: str) -> None:
    await inbox.tag("vip")

    refused = await inbox.run("tags", "add", f"{kind}:123", "vpi")

    assert refused.returncode == 1
    assert refused.stderr == 'autotagger: workspace q4mx81zt has no tag "vpi"; did you mean "vip"?\n'
    assert await inbox.calls() == ["GET /tags"]
    assert set(await inbox.tags()) == {"vip"}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("conversation:999", "404 not_found Conversation not found"),
        ("ticket:999", "404 ticket_not_found Ticket not found"),
        ("contact:999", "404 not_found User Not Found"),
        ("company:999", "404 company_not_found Company Not Found"),
    ],
)
async def test_an_object_that_is_not_there_is_told_in_intercoms_words(inbox: Inbox, target: str, said: str) -> None:
    await inbox.tag("vip")

    refused = await inbox.run("tags", "add", target, "vip")

    assert refused.returncode == 1
    assert said in refused.stderr
    assert "there is no such object in this workspace: check the id, and the workspace\n" in refused.stderr


async def test_another_admin_may_be_named(inbox: Inbox) -> None:
    await inbox.tag("vip")
    await inbox.put("conversation", "123")

    await inbox.run("tags", "add", "conversation:123", "vip", "--admin", "5017002")

    (tag,) = json.loads((await inbox.run("tags", "of", "conversation:123", "--json")).stdout)["tags"]
    assert tag["applied_by"] == "5017002"


async def test_an_admin_that_is_not_there_is_told_with_its_remedy(inbox: Inbox) -> None:
    await inbox.tag("vip")
    await inbox.put("ticket", "123")

    refused = await inbox.run("tags", "add", "ticket:123", "vip", "--admin", "99")

    assert refused.returncode == 1
    assert "404 admin_not_found Admin not found (request " in refused.stderr
    assert "autotagger: name a teammate of this workspace: AUTOTAGGER_ADMIN_ID, or --admin\n" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "article:1", "vip"), '"article:1" names nothing that has tags'),
        (("remove", "conversation:", "vip"), '"" is no id of a conversation'),
        (("of", "https://app.intercom.com/a/inbox"), "has no /conversation/ and number in its path"),
        (("add", "ticket:1", "vip", "--admin", "1 2"), '"1 2"; wanted the id of the teammate'),
        (("add", "ticket:1"), "Missing argument 'TAG'"),
    ],
)
async def test_a_wrong_call_is_told_before_any_other(inbox: Inbox, arguments: tuple[str, ...], said: str) -> None:
    refused = await inbox.run("tags", *arguments)

    assert refused.returncode == 2
    assert said in refused.stderr
    assert await inbox.calls() == []


async def test_an_answer_that_never_comes_leaves_the_caller_warned(inbox: Inbox) -> None:
    await inbox.tag("vip")
    await inbox.put("conversation", "123")
    await inbox.fault(kind="reset", when="after", method="POST")

    refused = await inbox.run("tags", "add", "conversation:123", "vip")

    assert refused.returncode == 1
    assert "a change may have been made all the same: look before you try again\n" in refused.stderr
    assert await inbox.names("conversation", "123") == {"vip"}


# What something carries


async def test_tags_are_told_with_when_and_by_whom(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")
    await inbox.put("conversation", "123")
    before = int(time.time())
    await inbox.run("tags", "add", "conversation:123", "vip")

    document = json.loads((await inbox.run("tags", "of", "conversation:123", "--json")).stdout)
    lines = await inbox.run("tags", "of", "conversation:123")

    (tag,) = document["tags"]
    at = datetime.strptime(tag["applied_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    assert before <= at <= time.time()
    assert document == {
        "target": "conversation:123",
        "tags": [{"id": vip, "name": "vip", "applied_at": tag["applied_at"], "applied_by": "5017001"}],
        "our_record": None,
    }
    assert lines.stdout == f"{vip}  vip  {tag['applied_at']}  5017001\n"


async def test_a_contacts_tags_are_told(inbox: Inbox) -> None:
    await inbox.put("contact", "abc", "vip", "bug")

    document = json.loads((await inbox.run("tags", "of", "contact:abc", "--json")).stdout)

    assert {tag["name"] for tag in document["tags"]} == {"vip", "bug"}


async def test_a_companys_tags_are_told(inbox: Inbox) -> None:
    await inbox.put("company", "5f4d", "vip", "bug")

    document = json.loads((await inbox.run("tags", "of", "company:5f4d", "--json")).stdout)

    assert {tag["name"] for tag in document["tags"]} == {"vip", "bug"}


async def test_nothing_is_said_to_have_no_tags(inbox: Inbox) -> None:
    await inbox.put("contact", "abc")

    found = await inbox.run("tags", "of", "contact:abc")

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "autotagger: contact:abc has no tags\n")


async def test_of_a_ticket_only_our_own_record_is_told(inbox: Inbox, redis: Redis) -> None:
    await inbox.put("ticket", "7")
    await remember(redis, "7", vip="add", bug="remove")
    await remember(redis, "8", other="add")

    lines = await inbox.run("tags", "of", "ticket:7")
    document = json.loads((await inbox.run("tags", "of", "ticket:7", "--json")).stdout)

    assert lines.returncode == 0
    assert lines.stdout == "id-of-vip  vip  2026-09-02T12:00:00Z  important\n"
    assert lines.stderr == (
        "autotagger: Intercom never tells the tags of a ticket; these are those that our rules put there, as far as "
        "our own record goes\n"
    )
    assert document == {
        "target": "ticket:7",
        "tags": None,
        "our_record": [
            {"id": "id-of-vip", "name": "vip", "added_at": "2026-09-02T12:00:00Z", "rules": ["important"]},
        ],
    }


async def test_a_ticket_that_we_never_touched_has_an_empty_record(inbox: Inbox) -> None:
    await inbox.put("ticket", "7")

    found = await inbox.run("tags", "of", "ticket:7")

    assert (found.returncode, found.stdout) == (0, "")
    assert found.stderr == (
        "autotagger: Intercom never tells the tags of a ticket; our rules have put none on ticket:7, as far as our own "
        "record goes\n"
    )


async def test_an_object_that_is_not_there_has_no_tags_to_tell(inbox: Inbox) -> None:
    found = await asyncio.gather(*(inbox.run("tags", "of", f"{kind}:999") for kind in KINDS))

    assert [one.returncode for one in found] == [1] * len(KINDS)
    assert all("there is no such object in this workspace" in one.stderr for one in found)


async def remember(redis: Redis, ticket_id: str, **changes: Literal["add", "remove"]) -> None:
    """Record what workers would have recorded about these changes to tags."""
    noon = int(datetime(2026, 9, 2, 12, tzinfo=UTC).timestamp())
    for tag, action in changes.items():
        claimed = Entry(tag).claimed(["important"], Order(noon, "notification"), "hash")
        place = ledger.key(Target(APP_ID, "ticket", ticket_id))
        await redis.hset(place, f"id-of-{tag}", claimed.made(action, noon).encode())  # type: ignore[misc, arg-type]
