"""`autotagger doctor`: each thing that can be wrong is one line, and all the others are there all the same."""

import asyncio
import contextlib
import json
import subprocess
import time
from collections.abc import AsyncIterator
from email.utils import formatdate
from pathlib import Path

import pytest
import pytest_asyncio

from cli.fleet import redis_url
from tests.cli.inbox import Inbox
from tests.redis_server import RedisServer

SHARED = ["settings", "redis", *(f"redis {subject}" for subject in ("version", "mode", "policy", "persistence"))]
SHARED += ["redis memory", "redis clock"]
OF_INTERCOM = ["token", "app_id", "region", "admin", "permission Read tags", "permission Read conversations"]
OF_INTERCOM += ["permission Read tickets", "permission Read and list users and companies", "permission Read admins"]
OF_INTERCOM += ["permission to write", "intercom clock"]
OF_WORKSPACE = [*OF_INTERCOM, "rules", "tags", "client secrets", "webhook"]

SECRETS = {"AUTOTAGGER_CLIENT_SECRETS": "one-client-secret-of-ours,another-client-secret"}

HUB = "in the Developer Hub, under Webhooks, the URL is https://YOUR-HOST/webhooks/intercom"

Lines = dict[str, tuple[str, str, str | None]]


@pytest_asyncio.fixture
async def healthy(inbox: Inbox) -> Inbox:
    """An inbox with nothing to complain of."""
    await inbox.tag("vip")
    await inbox.tag("bug")
    inbox.variables |= SECRETS
    return inbox


async def examine(inbox: Inbox, **variables: str) -> tuple[int, Lines]:
    """The exit code, and verdict, words and remedy by subject."""
    finished = await inbox.run("doctor", "--json", **variables)
    assert "Traceback" not in finished.stderr
    assert_no_secret(finished, *(inbox.variables | variables).items())
    lines = json.loads(finished.stdout)
    return finished.returncode, {one["subject"]: (one["verdict"], one["words"], one["remedy"]) for one in lines}


def assert_no_secret(finished: subprocess.CompletedProcess[str], *variables: tuple[str, str]) -> None:
    for name, value in variables:
        if name in {"AUTOTAGGER_ACCESS_TOKEN", "AUTOTAGGER_CLIENT_SECRETS"} and value:
            for secret in value.split(","):
                assert secret not in finished.stdout + finished.stderr


async def test_a_healthy_house_has_every_line_and_exits_with_0(healthy: Inbox) -> None:
    status, lines = await examine(healthy)

    assert status == 0
    assert list(lines) == [*SHARED, *OF_WORKSPACE]
    assert lines["settings"] == ("ok", "every variable is a setting and can be read", None)
    assert lines["redis policy"] == ("ok", "noeviction", None)
    assert lines["redis persistence"] == ("ok", "append-only file", None)
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
        AUTOTAGGER_RULES="/nowhere",
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


# Redis


async def test_a_redis_that_would_lose_jobs_is_told(healthy: Inbox, own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        await redis.config_set("appendonly", "no")
        await redis.config_set("maxmemory", "1300000")

    status, lines = await examine(healthy, REDIS_URL=redis_url(own_redis.settings))

    assert status == 1
    assert lines["redis"] == ("ok", "answers", None)
    assert lines["redis policy"] == (
        "wrong",
        "Redis has maxmemory-policy allkeys-lru, which would drop jobs when memory is short: set it to noeviction",
        None,
    )
    assert lines["redis persistence"] == (
        "warning",
        "Redis writes no append-only file: what it holds is lost when it crashes; set appendonly yes",
        None,
    )
    assert lines["redis memory"][0] == "warning"
    assert "webhooks are refused from 85% on; give it more memory" in lines["redis memory"][1]


async def test_without_redis_intercom_is_examined_all_the_same(healthy: Inbox, free_port: int) -> None:
    status, lines = await examine(healthy, REDIS_URL=f"redis://127.0.0.1:{free_port}/0")

    assert status == 1
    assert list(lines) == [*SHARED, *OF_WORKSPACE]
    assert lines["redis"][0] == "wrong"
    assert lines["redis"][1].startswith("cannot be reached: ")
    assert lines["redis policy"] == ("could not be checked", "see above", None)
    assert lines["token"][0] == "ok"


async def test_a_redis_that_wants_a_password_says_so(healthy: Inbox, own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("requirepass", "another")

    status, lines = await examine(healthy, REDIS_URL=redis_url(own_redis.settings))

    assert status == 1
    assert lines["redis"][1].startswith("Redis does not let us in (")


async def test_a_redis_that_is_frozen_is_given_up(healthy: Inbox, own_redis: RedisServer) -> None:
    own_redis.pause()
    try:
        status, lines = await examine(healthy, REDIS_URL=redis_url(own_redis.settings))
    finally:
        own_redis.resume()

    assert status == 1
    assert lines["redis"][1].startswith("cannot be reached: ")


# Intercom


async def test_a_token_that_is_not_accepted_is_tried_once(healthy: Inbox) -> None:
    status, lines = await examine(healthy, AUTOTAGGER_ACCESS_TOKEN="wrong-token")

    assert status == 1
    verdict, words, remedy = lines["token"]
    assert verdict == "wrong"
    assert words.startswith("GET /me: 401 unauthorized Access Token Invalid (request ")
    assert remedy == "put the app's access token, from the Developer Hub, into AUTOTAGGER_ACCESS_TOKEN or its file"
    assert lines["permission Read tags"] == ("could not be checked", "the token is not accepted", None)
    assert await healthy.calls() == ["GET /me"]


async def test_a_token_of_another_workspace_is_told(healthy: Inbox) -> None:
    status, lines = await examine(healthy, AUTOTAGGER_APP_ID="another")

    assert status == 1
    assert lines["app_id"] == (
        "wrong",
        "the token is of workspace q4mx81zt, and the setting says another",
        "set the app_id to the token's, or take the token of that workspace",
    )


async def test_a_permission_that_is_missing_is_wrong_where_the_rules_need_it(healthy: Inbox) -> None:
    for path in ("/conversations/search", "/tickets/search"):
        await healthy.fault(kind="status", status=403, code="forbidden", message="Not allowed", path=path)

    status, lines = await examine(healthy)

    assert status == 1
    assert lines["permission Read tickets"][1].startswith("POST /tickets/search: 403 forbidden Not allowed (request ")
    assert lines["permission Read conversations"] == (
        "wrong",
        lines["permission Read conversations"][1],
        "give the app Read conversations in the Developer Hub",
    )
    assert lines["permission Read tickets"] == (
        "warning",
        lines["permission Read tickets"][1],
        "give the app Read tickets in the Developer Hub, if it is to be used",
    )


async def test_an_intercom_that_fails_leaves_lines_that_could_not_be_checked(healthy: Inbox) -> None:
    await healthy.fault(kind="status", status=500, code="server_error", message="Oh no")

    status, lines = await examine(healthy)

    assert status == 0
    assert list(lines) == [*SHARED, *OF_WORKSPACE]
    assert lines["token"][0] == "could not be checked"
    assert lines["token"][1].startswith("GET /me: 500 server_error Oh no (request ")
    assert lines["app_id"] == ("could not be checked", "GET /me did not answer", None)
    assert lines["tags"] == ("could not be checked", "the workspace's tags could not be listed", None)


async def test_an_intercom_that_nobody_reaches_is_told_with_the_setting(healthy: Inbox, free_port: int) -> None:
    status, lines = await examine(healthy, AUTOTAGGER_INTERCOM_URL=f"http://127.0.0.1:{free_port}")

    assert (status, lines["token"][0]) == (1, "wrong")
    assert lines["admin"] == ("could not be checked", "Intercom did not answer", None)
    assert lines["token"][2] == (
        "check AUTOTAGGER_REGION or AUTOTAGGER_INTERCOM_URL, and whether this machine may call it"
    )


async def test_a_429_is_waited_for(healthy: Inbox) -> None:
    await healthy.simulator.post("/_simulator/limits", json={"window": 1})
    await healthy.fault(kind="rate_limit", count=1)

    status, lines = await examine(healthy, AUTOTAGGER_WINDOW="1")

    assert (status, lines["token"][0]) == (0, "ok")


async def test_a_clock_that_is_off_is_told(healthy: Inbox) -> None:
    async with ahead_by(600) as url:
        _, lines = await examine(healthy, AUTOTAGGER_INTERCOM_URL=url)

    verdict, words, remedy = lines["intercom clock"]
    assert verdict == "warning"
    assert words.startswith("Intercom's clock is ")
    assert words.endswith(" s ahead of this machine's")
    assert remedy == "set the clocks with NTP: times in logs and delays in metrics are wrong by that much"


@contextlib.asynccontextmanager
async def ahead_by(seconds: float) -> AsyncIterator[str]:
    """A server that refuses everybody, and whose clock is ahead of ours; its URL."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        date = formatdate(time.time() + seconds, usegmt=True)
        writer.write(f"HTTP/1.1 401 Unauthorized\r\nDate: {date}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


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


async def test_tags_that_the_workspace_lacks_are_told(inbox: Inbox) -> None:
    strict, lenient = await asyncio.gather(examine(inbox), examine(inbox, AUTOTAGGER_CREATE_TAGS="yes"))

    words = "the workspace lacks 2 tags of tags.yaml: vip, bug"
    assert strict[1]["tags"] == (
        "wrong",
        words,
        "autotagger tags sync --apply, or AUTOTAGGER_CREATE_TAGS=yes",
    )
    assert lenient[1]["tags"] == ("ok", f"{words}; workers create them when they are needed", None)
