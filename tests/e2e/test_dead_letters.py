"""A job that could not be done, from its death to its second try, with every part a process of its own."""

import asyncio
import json
import subprocess

from tests.cli.inbox import Inbox
from tests.e2e.house import APP_ID, House, at_home
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.redis_server import RedisServer
from tests.waiting import eventually


async def autotagger(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {"REDIS_URL": house.variables["REDIS_URL"]}
    return await asyncio.to_thread(Inbox._run, arguments, variables, None)


async def test_a_job_that_died_is_done_after_the_reason_is_mended(redis_server: RedisServer) -> None:
    async with at_home(redis_server, variables={"AUTOTAGGER_TAGS_MAX_AGE": "0.1"}) as house:
        await house.seed("conversation", "7")
        await post(house, notification("conversation", "7", REFUND))
        await eventually(house.letters, timeout=20)
        (letter,) = await house.letters()

        again = await autotagger(house, "dead", "retry", letter.id, "--yes")
        await eventually(house.letters, timeout=20)
        (twice,) = await house.letters()
        shown = await autotagger(house, "dead", "show", letter.id, "--json")
        await house.know_tags()
        mended = await autotagger(house, "dead", "retry", "--target", "conversation:7", "--yes")
        await house.all_done()

        assert (again.returncode, mended.returncode) == (0, 0)
        assert letter.id.startswith(f"{APP_ID}:notif_")
        assert (letter.rules, letter.calls, letter.deaths) == (("refund-request",), 1, ())
        assert [death.reason for death in twice.deaths] == [letter.reason] == ["unknown tag"]
        assert "refund, please" not in shown.stdout
        assert json.loads(shown.stdout)[0]["job"]["topic"] == "conversation.user.replied"
        assert await house.letters() == ()
        assert await house.tags("conversation", "7") == {"billing/refund"}
