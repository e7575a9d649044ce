"""`tags rename`, `delete` and `sync`: what shows first, and asks."""

import json

import pytest
from redis.asyncio import Redis

from state.tag_ids import TagIds
from tests.cli.inbox import APP_ID, Inbox

ASKS = "autotagger: this asks first, and here nobody can answer: add --yes\n"


@pytest.mark.parametrize("arguments", [("rename", "vip", "very"), ("delete", "vip"), ("sync", "--apply")], ids=" ".join)
async def test_where_nobody_can_answer_nothing_is_asked_or_done(inbox: Inbox, arguments: tuple[str, ...]) -> None:
    refused = await inbox.run("tags", *arguments)

    assert (refused.returncode, refused.stderr, refused.stdout) == (2, ASKS, "")
    assert await inbox.calls() == []


# rename


async def test_a_tag_is_renamed_after_a_yes(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")

    renamed = await inbox.answering("y", "tags", "rename", "VIP", " very ")

    assert renamed.returncode == 0
    assert renamed.stdout == f"{vip}  very\n"
    assert renamed.stderr.startswith(
        f'renames "vip" (id {vip}) to "very" in workspace q4mx81zt; the rule important uses it by this name, so change '
        "the rules too\nGo on? [y/N]"
    )
    assert await inbox.tags() == {"very": vip}


async def test_a_no_changes_nothing(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")

    renamed = await inbox.answering("n", "tags", "rename", "vip", "very")
    deleted = await inbox.answering("", "tags", "delete", "vip")

    assert (renamed.returncode, deleted.returncode) == (1, 1)
    assert await inbox.tags() == {"vip": vip}


async def test_a_script_renames_with_yes(inbox: Inbox) -> None:
    vip = await inbox.tag("other")

    renamed = await inbox.run("tags", "rename", "other", "Other", "--yes", "--json")

    assert json.loads(renamed.stdout) == {"id": vip, "name": "Other"}
    assert renamed.stderr == f'renames "other" (id {vip}) to "Other" in workspace q4mx81zt\n'


async def test_a_name_that_another_tag_has_is_refused_before_intercom_is_asked(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")
    await inbox.tag("bug")

    refused = await inbox.run("tags", "rename", "bug", "VIP", "--yes")

    assert refused.returncode == 1
    assert refused.stderr == (
        f'autotagger: there is another tag called "vip" (id {vip}); Intercom has each name once\n'
    )
    assert await inbox.calls() == ["GET /tags"]


# delete


async def test_a_tag_is_deleted_with_yes(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")

    deleted = await inbox.run("tags", "delete", "vip", "--yes")

    assert (deleted.returncode, deleted.stdout) == (0, f'deleted "vip" (id {vip})\n')
    assert deleted.stderr == (
        f'deletes "vip" (id {vip}) from workspace q4mx81zt; the rule important uses it by this name, so change the '
        "rules too\n"
    )
    assert await inbox.tags() == {}


async def test_who_means_a_tag_by_its_old_name_is_told_too(inbox: Inbox, redis: Redis) -> None:
    renamed = await inbox.tag("Key account")
    await TagIds(redis, APP_ID).keep("vip", renamed)

    deleted = await inbox.run("tags", "delete", "key account", "--yes")

    assert deleted.stderr == (
        f'deletes "Key account" (id {renamed}) from workspace q4mx81zt; the rule important uses it by its old name '
        '"vip", so change the rules too\n'
    )


async def test_a_deletion_for_programs(inbox: Inbox) -> None:
    other = await inbox.tag("other")

    deleted = await inbox.run("tags", "delete", other, "--yes", "--json")

    assert json.loads(deleted.stdout) == {"id": other, "name": "other", "deleted": True}


async def test_a_tag_that_something_is_made_with_is_not_deleted(inbox: Inbox) -> None:
    vip = await inbox.tag("vip", "Seg 1")

    refused = await inbox.run("tags", "delete", "vip", "--yes")

    assert refused.returncode == 1
    assert (
        "400 tag_has_dependent_objects Unable to delete Tag with dependent objects. Segments: Seg 1. (request "
        in refused.stderr
    )
    assert "autotagger: take the tag out of what uses it, in Intercom, and try again\n" in refused.stderr
    assert await inbox.tags() == {"vip": vip}


# sync


async def test_a_dry_run_tells_what_differs_and_changes_nothing(inbox: Inbox) -> None:
    bug, other = await inbox.tag("Bug"), await inbox.tag("other")

    compared = await inbox.run("tags", "sync")

    assert compared.returncode == 1
    assert [line.split() for line in compared.stdout.splitlines()] == [
        ["missing", "vip", "-", "-"],
        ["spelt", "differently", "bug", "Bug", bug],
        ["not", "in", "tags.yaml", "-", "other", other],
    ]
    assert compared.stderr == (
        "autotagger: workspace q4mx81zt: 1 missing, 1 spelt differently, 1 not in tags.yaml; --apply creates what is "
        "missing\n"
    )
    assert set(await inbox.tags()) == {"Bug", "other"}


async def test_a_tag_that_was_renamed_in_intercom_is_told_and_not_made_anew(inbox: Inbox, redis: Redis) -> None:
    await inbox.tag("bug")
    important = await inbox.tag("important")
    await TagIds(redis, APP_ID).keep("vip", important)

    compared = await inbox.run("tags", "sync")
    applied = await inbox.run("tags", "sync", "--apply", "--yes")

    assert (compared.returncode, applied.returncode) == (1, 0)
    assert compared.stdout == applied.stdout == f"renamed  vip  important  {important}\n"
    assert set(await inbox.tags()) == {"bug", "important"}


async def test_equal_tags_are_fine(inbox: Inbox) -> None:
    await inbox.tag("vip")
    await inbox.tag("bug")

    compared = await inbox.run("tags", "sync")

    assert (compared.returncode, compared.stdout) == (0, "")
    assert compared.stderr == "autotagger: workspace q4mx81zt: the same tags as in tags.yaml\n"


async def test_what_no_rule_uses_is_told_and_counts_for_nothing(inbox: Inbox) -> None:
    (inbox.rules / "tags.yaml").write_text("version: 1\ntags: {vip: Important, bug: Broken, old: Nobody's}\n")
    for name in ("vip", "bug", "old"):
        await inbox.tag(name)

    compared = await inbox.run("tags", "sync")

    assert compared.returncode == 0
    assert compared.stdout.startswith("no rule uses it  old  old  ")


async def test_apply_creates_what_is_missing_and_nothing_else(inbox: Inbox) -> None:
    bug, other = await inbox.tag("Bug"), await inbox.tag("other")

    applied = await inbox.run("tags", "sync", "--apply", "--yes", "--json")

    tags = await inbox.tags()
    assert applied.returncode == 0
    assert applied.stderr.startswith("creates 1 tag in workspace q4mx81zt: vip; nothing is renamed or deleted\n")
    assert tags == {"Bug": bug, "other": other, "vip": tags["vip"]}
    document = json.loads(applied.stdout)
    assert document["created"] == [{"id": tags["vip"], "name": "vip"}]
    assert document["rows"][0] == {"what": "missing", "difference": True, "name": "vip", "found": None}
    assert document["workspace"] == "q4mx81zt"
    assert (await inbox.run("tags", "sync", "--apply", "--yes")).returncode == 0


async def test_apply_asks_a_person(inbox: Inbox) -> None:
    no = await inbox.answering("n", "tags", "sync", "--apply")
    yes = await inbox.answering("y", "tags", "sync", "--apply")

    assert (no.returncode, yes.returncode) == (1, 0)
    assert set(await inbox.tags()) == {"vip", "bug"}


async def test_what_was_created_before_intercom_failed_is_told(inbox: Inbox) -> None:
    await inbox.fault(kind="status", status=400, code="parameter_invalid", method="POST")

    applied = await inbox.run("tags", "sync", "--apply", "--yes")

    assert applied.returncode == 1
    assert "autotagger: created 0 of 2 tags\n" in applied.stderr
    assert "400 parameter_invalid" in applied.stderr


async def test_broken_rules_are_shown_instead(inbox: Inbox) -> None:
    (inbox.rules / "rules.yaml").write_text("version: 1\nrules: [{id: a, if: {mesage.text: x}, then: {add: [vip]}}]\n")

    refused = await inbox.run("tags", "sync")

    assert refused.returncode == 1
    assert 'unknown field "mesage.text"' in refused.stderr
    assert "autotagger: the rules have errors, so there is nothing to compare with: mend them first\n" in refused.stderr
    assert await inbox.calls() == []
