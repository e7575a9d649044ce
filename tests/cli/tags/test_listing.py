"""`tags list`, `find` and `create`."""

import json
from pathlib import Path

import pytest

from tests.cli.inbox import Inbox


async def test_tags_are_listed_for_people_and_for_programs(inbox: Inbox) -> None:
    vip, bug = await inbox.tag("vip"), await inbox.tag("a bug")

    lines = await inbox.run("tags", "list")
    document = await inbox.run("tags", "list", "--json")

    assert (lines.returncode, lines.stdout) == (0, f"{vip}  vip\n{bug}  a bug\n")
    assert json.loads(document.stdout) == [{"id": vip, "name": "vip"}, {"id": bug, "name": "a bug"}]


async def test_no_tags_are_an_empty_list(inbox: Inbox) -> None:
    assert (await inbox.run("tags", "list")).stdout == ""
    assert json.loads((await inbox.run("tags", "list", "--json")).stdout) == []


async def test_a_name_cannot_command_a_terminal(inbox: Inbox) -> None:
    await inbox.tag("\x1b[31mred")

    assert "\x1b" not in (await inbox.run("tags", "list")).stdout


@pytest.mark.parametrize("text", ["vip", "VIP", " Vip "])
async def test_a_tag_is_found_by_its_name_whatever_its_case(inbox: Inbox, text: str) -> None:
    vip = await inbox.tag("vip")

    assert (await inbox.run("tags", "find", text)).stdout == f"{vip}  vip\n"


async def test_a_tag_is_found_by_its_id(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")

    assert json.loads((await inbox.run("tags", "find", vip, "--json")).stdout) == {"id": vip, "name": "vip"}


async def test_a_name_that_looks_like_an_id_is_a_name_first(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")
    named_so = await inbox.tag(vip)

    assert (await inbox.run("tags", "find", vip)).stdout == f"{named_so}  {vip}\n"


async def test_a_tag_that_is_not_there_is_told_with_the_nearest(inbox: Inbox) -> None:
    await inbox.tag("refund")

    found = await inbox.run("tags", "find", "refnud")

    assert found.returncode == 1
    assert found.stderr == 'autotagger: workspace q4mx81zt has no tag "refnud"; did you mean "refund"?\n'


async def test_a_tag_is_created_once(inbox: Inbox) -> None:
    first = await inbox.run("tags", "create", "vip", "--json")
    second = await inbox.run("tags", "create", "VIP", "--json")

    vip = (await inbox.tags())["vip"]
    assert json.loads(first.stdout) == {"id": vip, "name": "vip", "created": True}
    assert json.loads(second.stdout) == {"id": vip, "name": "vip", "created": False}
    assert (second.returncode, second.stderr) == (0, 'autotagger: there was a tag of that name before: "vip"\n')


async def test_a_tag_without_a_name_is_called_wrongly(inbox: Inbox) -> None:
    refused = await inbox.run("tags", "create", "  ")

    assert (refused.returncode, refused.stderr) == (2, "autotagger: the name of a tag cannot be empty\n")
    assert await inbox.calls() == []


# Which workspace


@pytest.fixture
def two(inbox: Inbox, tmp_path: Path) -> Inbox:
    """The same inbox, as one of two workspaces."""
    (tmp_path / "token").write_text("test-token\n")
    (tmp_path / "other-token").write_text("other-token\n")
    settings = f"admin_id: 5017001, rules: rules, intercom_url: '{inbox.variables['AUTOTAGGER_INTERCOM_URL']}'"
    file = tmp_path / "workspaces.yaml"
    file.write_text(
        f"q4mx81zt: {{access_token_file: token, {settings}}}\nother: {{access_token_file: other-token, {settings}}}\n"
    )
    inbox.variables = {"REDIS_URL": inbox.variables["REDIS_URL"], "AUTOTAGGER_WORKSPACES": str(file)}
    return inbox


async def test_of_several_workspaces_one_must_be_named(two: Inbox) -> None:
    await two.tag("vip")

    unnamed = await two.run("tags", "list")
    unknown = await two.run("tags", "list", "--workspace", "nobody")
    named = await two.run("tags", "list", "--workspace", "q4mx81zt")

    assert (unnamed.returncode, unnamed.stderr) == (
        2,
        "autotagger: --workspace is missing: which of q4mx81zt, other?\n",
    )
    assert (unknown.returncode, unknown.stderr) == (
        2,
        "autotagger: there is no workspace nobody in the settings; there is q4mx81zt, other\n",
    )
    assert (named.returncode, named.stdout.split()[1]) == (0, "vip")


async def test_a_link_names_its_workspace(two: Inbox) -> None:
    await two.put("conversation", "123")
    link = "https://app.intercom.com/a/inbox/q4mx81zt/inbox/shared/all/conversation/123"

    assert (await two.run("tags", "of", link)).returncode == 0
    contradicted = await two.run("tags", "of", link, "--workspace", "other")

    assert contradicted.returncode == 2
    assert contradicted.stderr == "autotagger: the link is of workspace q4mx81zt, and --workspace says other\n"


# What goes wrong


async def test_a_token_that_is_not_accepted_is_told_in_intercoms_words(inbox: Inbox) -> None:
    refused = await inbox.run("tags", "list", AUTOTAGGER_ACCESS_TOKEN="another-token")

    assert refused.returncode == 1
    first, second = refused.stderr.splitlines()
    assert first.startswith("autotagger: Intercom: GET /tags: 401 unauthorized Access Token Invalid (request ")
    assert second == "autotagger: the access token or the admin is not accepted: `autotagger doctor` tells which"
    assert "another-token" not in refused.stdout + refused.stderr


async def test_a_missing_permission_is_told_with_its_remedy(inbox: Inbox) -> None:
    await inbox.fault(kind="status", status=403, code="forbidden", message="Not allowed")

    refused = await inbox.run("tags", "list")

    assert refused.returncode == 1
    assert "403 forbidden Not allowed" in refused.stderr
    assert "the app may not do this: give it the permission in the Developer Hub\n" in refused.stderr


async def test_an_intercom_that_fails_is_told_once_and_not_asked_again(inbox: Inbox) -> None:
    await inbox.fault(kind="status", status=500, code="server_error", message="Oh no")

    refused = await inbox.run("tags", "list")

    assert refused.returncode == 1
    assert "500 server_error Oh no" in refused.stderr
    assert await inbox.calls() == ["GET /tags"]


async def test_a_429_is_waited_for(inbox: Inbox) -> None:
    vip = await inbox.tag("vip")
    await inbox.simulator.post("/_simulator/limits", json={"window": 1})
    await inbox.fault(kind="rate_limit", count=1)

    listed = await inbox.run("tags", "list", AUTOTAGGER_WINDOW="1")

    assert (listed.returncode, listed.stdout) == (0, f"{vip}  vip\n")
    assert await inbox.calls() == ["GET /tags", "GET /tags"]


async def test_a_command_that_waits_for_its_slot_says_so_and_gives_up(inbox: Inbox) -> None:
    await inbox.fault(kind="rate_limit", limits="absent", headers={"Retry-After": "600"})

    refused = await inbox.run("tags", "list", AUTOTAGGER_WINDOW="600")

    assert refused.returncode == 1
    assert refused.stderr == (
        "autotagger: the rate budget is used up; waiting up to 60 s for the next call\n"
        "autotagger: no call could be made within 60 s: the workers use the whole rate budget, or Intercom has told "
        "the fleet to wait; try again later\n"
    )
    assert await inbox.calls() == ["GET /tags"]


async def test_what_one_command_learnt_keeps_the_next_from_calling(inbox: Inbox) -> None:
    await inbox.fault(kind="rate_limit", limits="absent", headers={"Retry-After": "600"}, count=1)
    await inbox.run("tags", "list", AUTOTAGGER_WINDOW="600")

    assert (await inbox.run("tags", "list", AUTOTAGGER_WINDOW="600")).returncode == 1
    assert await inbox.calls() == ["GET /tags"]


async def test_commands_keep_to_the_window(inbox: Inbox) -> None:
    await inbox.simulator.post("/_simulator/limits", json={"window": 1, "limit": 1})

    created = await inbox.run("tags", "create", "vip", AUTOTAGGER_WINDOW="1", AUTOTAGGER_CALLS_PER_WINDOW="1")

    assert created.returncode == 0, created.stderr
    windows = (await inbox.simulator.get("/_simulator/windows")).json()["windows"]
    assert [window["refused"] for window in windows] == [0] * len(windows)


async def test_without_redis_there_is_no_budget_and_no_call(inbox: Inbox, free_port: int) -> None:
    refused = await inbox.run("tags", "list", REDIS_URL=f"redis://127.0.0.1:{free_port}/0")

    assert refused.returncode == 1
    assert refused.stderr.startswith("autotagger: Redis cannot be reached (ConnectionError")
    assert refused.stderr.endswith("the rate budget is there, so Intercom was not called\n")
    assert await inbox.calls() == []


async def test_wrong_settings_are_told_at_once(inbox: Inbox) -> None:
    refused = await inbox.run("tags", "list", AUTOTAGGER_ADMIN_ID="", AUTOTAGGER_TOKEN="x")

    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 2
    assert "Traceback" not in refused.stderr
