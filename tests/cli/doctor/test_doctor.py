"""`autotagger doctor`: each thing that can be wrong is one line, and all the others are there all the same."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.doctor.examination import HUB, OF_WORKSPACE, SHARED, examine
from tests.cli.inbox import Inbox


async def test_a_healthy_house_has_every_line_and_exits_with_0(healthy: Inbox) -> None:
    status, lines = await examine(healthy)

    assert status == 0
    assert list(lines) == [*SHARED, *OF_WORKSPACE]
    assert lines["settings"] == ("ok", "every variable is a setting and can be read", None)
    assert lines["redis policy"] == ("ok", "noeviction", None)
    kept = "append-only file; a crash can lose the last second with appendfsync everysec, nothing with always"
    assert lines["redis persistence"] == ("ok", kept, None)
    assert lines["redis clock"] == ("ok", "not more than 2 s from this machine's", None)
    assert lines["token"] == ("ok", "accepted; it belongs to admin 5017001", None)
    assert lines["app_id"] == ("ok", "the token's workspace", None)
    assert lines["admin"] == ("ok", "5017001, with an inbox seat", None)
    assert lines["permission Read tags"] == ("ok", "not refused", None)
    assert lines["tags"] == ("ok", "the workspace has every tag of tags.yaml", None)
    assert lines["client secrets"] == ("ok", "2 client secrets, of a plausible form", None)
    assert lines["webhook"] == (
        "could not be checked",
        "Intercom's API does not tell where webhooks go",
        f"{HUB}, with topics of conversation switched on",
    )


async def test_it_changes_nothing(healthy: Inbox) -> None:
    await examine(healthy)

    allowed = {"POST /conversations/search", "POST /tickets/search", "POST /contacts/search"}
    assert all(call.startswith("GET ") or call in allowed for call in await healthy.calls())


async def test_people_get_a_line_each_and_a_count(healthy: Inbox) -> None:
    finished = await healthy.run("doctor", AUTOTAGGER_ADMIN_ID="99")

    assert finished.returncode == 1
    lines = finished.stdout.splitlines()
    assert lines[len(SHARED)] == "workspace q4mx81zt"
    (admin,) = [line for line in lines if line.startswith("wrong")]
    assert admin.startswith("wrong                 admin ")
    assert " GET /admins/99: 404 admin_not_found Admin not found (request " in admin
    assert admin.endswith(" -> set the admin_id to the id of a teammate of this workspace")
    assert len(lines) == len(SHARED) + 1 + len(OF_WORKSPACE) + 1
    assert ", 1 wrong, " in lines[-1]
    assert "\x1b" not in finished.stdout


# Settings


async def test_wrong_settings_are_lines_of_their_own(healthy: Inbox) -> None:
    finished = await healthy.run(
        "doctor",
        "--json",
        AUTOTAGGER_RULE="x",
        AUTOTAGGER_PORT="x",
        AUTOTAGGER_CONCURRENCY="x",
        AUTOTAGGER_RULES="/dev/null",
        AUTOTAGGER_CALL_TIMEOUT="x",
    )

    lines = json.loads(finished.stdout)
    wrong = {line["words"] for line in lines if line["verdict"] == "wrong"}
    assert finished.returncode == 1
    assert {words.split()[0] for words in wrong} == {
        "AUTOTAGGER_RULE",
        "AUTOTAGGER_PORT",
        "AUTOTAGGER_CONCURRENCY",
        "AUTOTAGGER_RULES",
        "AUTOTAGGER_CALL_TIMEOUT",
    }
    assert "AUTOTAGGER_RULE is not a setting; did you mean AUTOTAGGER_RULES?" in wrong
    assert {line["subject"] for line in lines} == {*SHARED, *OF_WORKSPACE}


async def test_without_any_setting_every_check_still_has_its_line(inbox: Inbox) -> None:
    inbox.variables = {}

    status, lines = await examine(inbox)

    assert status == 1
    assert set(lines) == {*SHARED, *OF_WORKSPACE}
    assert lines["redis"][0] == "wrong"
    assert lines["redis"][1].startswith("REDIS_URL is missing; wanted redis://user:password@host:6379/0, ")
    assert lines["token"] == ("could not be checked", "there is no access token", None)
    assert lines["client secrets"] == (
        "could not be checked",
        "there are none here; `autotagger serve` needs them where it runs",
        None,
    )


async def test_every_workspace_is_examined(healthy: Inbox, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("test-token\n")
    settings = f"admin_id: 5017001, rules: rules, intercom_url: '{healthy.variables['AUTOTAGGER_INTERCOM_URL']}'"
    file = tmp_path / "workspaces.yaml"
    file.write_text(
        f"q4mx81zt: {{access_token_file: token, {settings}}}\nother: {{access_token_file: no, {settings}}}\n"
    )
    healthy.variables = {"REDIS_URL": healthy.variables["REDIS_URL"], "AUTOTAGGER_WORKSPACES": str(file)}

    finished = await healthy.run("doctor", "--json")

    lines = json.loads(finished.stdout)
    assert finished.returncode == 1
    assert [line["subject"] for line in lines if line["workspace"] == "q4mx81zt"] == OF_WORKSPACE
    assert [line["subject"] for line in lines if line["workspace"] == "other"] == ["settings", *OF_WORKSPACE]


@pytest.mark.parametrize(
    ("secrets", "verdict", "words"),
    [
        ("short", "warning", "one of them has fewer than 16 characters"),
        ("a-client-secret-of-ours,test-token", "wrong", "the access token is among them, which signs nothing"),
    ],
)
async def test_client_secrets_are_judged_by_their_form(healthy: Inbox, secrets: str, verdict: str, words: str) -> None:
    _, lines = await examine(healthy, AUTOTAGGER_CLIENT_SECRETS=secrets)

    remedy = "take the client secret from the Developer Hub, under Basic Info"
    assert lines["client secrets"] == (verdict, words, remedy)


# Rules


async def test_broken_rules_are_told_with_their_first_error(healthy: Inbox) -> None:
    (healthy.rules / "rules.yaml").write_text(
        "version: 1\nrules: [{id: a, if: {mesage.text: x}, then: {add: [vip]}}]\n"
    )

    status, lines = await examine(healthy)

    verdict, words, remedy = lines["rules"]
    assert (status, verdict) == (1, "wrong")
    assert 'rules.yaml:2:22: unknown field "mesage.text"' in words
    assert remedy == f"autotagger rules check {healthy.rules}"
    assert lines["tags"] == ("could not be checked", "there are no rules without errors", None)


async def test_a_folder_of_rules_that_is_not_there_is_told(healthy: Inbox, tmp_path: Path) -> None:
    status, lines = await examine(healthy, AUTOTAGGER_RULES=str(tmp_path / "nowhere"))

    verdict, words, _ = lines["rules"]
    assert (status, verdict) == (1, "wrong")
    assert f"{tmp_path}/nowhere:1:1: this folder cannot be read: No such file or directory" in words


async def test_tags_that_the_workspace_lacks_are_told(inbox: Inbox) -> None:
    strict, lenient = await asyncio.gather(examine(inbox), examine(inbox, AUTOTAGGER_CREATE_TAGS="yes"))

    words = "the workspace lacks 2 tags of tags.yaml: vip, bug"
    assert strict[1]["tags"] == (
        "wrong",
        words,
        "autotagger tags sync --apply, or AUTOTAGGER_CREATE_TAGS=yes",
    )
    assert lenient[1]["tags"] == ("ok", f"{words}; workers create them when they are needed", None)


# Admins of rules

NAMED = """version: 1
defaults: {admin_id: 5017002}
rules:
  - id: known
    if: {message.text: {mentions_any: [vip]}}
    then: {add: [vip]}
  - id: mistyped
    admin_id: 99
    if: {message.text: {mentions_any: [bug]}}
    then: {add: [bug]}
  - id: mistyped-too
    admin_id: 99
    if: {message.text: {mentions_any: [bugs]}}
    then: {add: [bug]}
  - id: gone
    admin_id: 98
    if: {message.text: {mentions_any: [broken]}}
    then: {add: [bug]}
  - id: switched-off
    admin_id: 97
    mode: disabled
    if: {message.text: {mentions_any: [broken]}}
    then: {add: [bug]}
"""


async def test_rules_in_the_name_of_nobody_are_told_with_their_places(healthy: Inbox) -> None:
    (healthy.rules / "rules.yaml").write_text(NAMED)

    status, lines = await examine(healthy)

    assert status == 1
    words = (
        "3 rules name an admin_id that is no admin of the workspace: "
        f'99 in "mistyped" ({healthy.rules}/rules.yaml:7), "mistyped-too" ({healthy.rules}/rules.yaml:11); '
        f'98 in "gone" ({healthy.rules}/rules.yaml:15)'
    )
    remedy = "set their admin_id to the id of a teammate of this workspace, or leave it out"
    assert lines["admins of rules"] == ("wrong", words, remedy)


async def test_rules_in_the_name_of_teammates_are_fine(healthy: Inbox) -> None:
    _, none = await examine(healthy)
    (healthy.rules / "rules.yaml").write_text(NAMED.replace("99", "5017001").replace("98", "5017002"))
    _, all_known = await examine(healthy)

    assert none["admins of rules"] == ("ok", "no rule names an admin_id of its own", None)
    assert all_known["admins of rules"] == ("ok", "every admin_id of the rules is an admin of the workspace", None)


async def test_many_rules_of_one_file_with_a_wrong_default_are_counted(healthy: Inbox) -> None:
    rules = "".join(
        f"- {{id: r-{number}, if: {{message.text: {{mentions_any: [w{number}x]}}}}, then: {{add: [vip]}}}}\n"
        for number in range(30)
    )
    (healthy.rules / "rules.yaml").write_text(f"version: 1\ndefaults: {{admin_id: 99}}\nrules:\n{rules}")

    _, lines = await examine(healthy)

    assert lines["admins of rules"][1].startswith("30 rules name an admin_id that is no admin of the workspace: 99 in ")
    assert '"r-19"' in lines["admins of rules"][1]
    assert lines["admins of rules"][1].endswith(" and 10 more")


async def test_without_the_list_of_admins_those_of_rules_could_not_be_checked(healthy: Inbox) -> None:
    (healthy.rules / "rules.yaml").write_text(NAMED)
    await healthy.fault(kind="status", status=403, code="forbidden", message="Not allowed", path="/admins")

    _, lines = await examine(healthy)

    why = "the workspace's admins could not be listed"
    assert lines["admins of rules"] == ("could not be checked", why, None)
