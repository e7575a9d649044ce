"""What the doctor says of Intercom, and of what the app may do there."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from email.utils import formatdate

from tests.cli.doctor.examination import OF_WORKSPACE, SHARED, examine
from tests.cli.inbox import Inbox


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
