"""What the doctor finds about Redis."""

import asyncio
import time
from collections.abc import Iterator

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from cli.doctor.clock import Offset, of_redis
from cli.doctor.line import Line
from state.checks import Fact, examine, no_info, not_admitted
from state.connection import FAILURES, NotAdmitted
from state.tag_ids import TagIds

ANSWER_WITHIN = 10.0
"""Seconds for Redis to answer; redis-py alone would try for minutes."""

SUBJECTS = ("version", "mode", "policy", "persistence", "memory")


async def examine_redis(redis: Redis) -> tuple[list[Line], bool]:
    """The lines about Redis, and whether it answers at all."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            before = time.time()
            seconds, microseconds = await redis.time()
            offset = Offset.between(seconds + microseconds / 1e6, before, time.time())
            facts = {fact.subject: fact for fact in examine(await redis.info("everything"))}
    except NotAdmitted as refused:
        return [*_unknown(Line("redis", "wrong", not_admitted(refused)))], False
    except ResponseError as refused:
        return [*_unknown(Line("redis", "warning", no_info(refused)))], True
    except FAILURES as error:
        reason = str(error) or f"no answer within {ANSWER_WITHIN:.0f} s"
        remedy = "check REDIS_URL, or the AUTOTAGGER_REDIS_ variables, and whether it runs"
        line = Line("redis", "wrong", f"cannot be reached: {reason}", remedy)
        return [*_unknown(line)], False
    lines = [_line(subject, facts.get(subject)) for subject in SUBJECTS]
    return [Line("redis", "ok", "answers"), *lines, of_redis(offset)], True


async def known_ids(redis: Redis | None, app_id: str | None) -> dict[str, str]:
    """The ids of the tags that workers have found names to mean; none where Redis does not tell."""
    if redis is None or app_id is None:
        return {}
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await TagIds(redis, app_id).known()
    except FAILURES:
        return {}


def without_settings(mistakes: tuple[str, ...]) -> list[Line]:
    """The lines where nobody says where Redis is."""
    first, *more = mistakes
    return [*_unknown(Line("redis", "wrong", first)), *(Line("redis", "wrong", mistake) for mistake in more)]


def _line(subject: str, fact: Fact | None) -> Line:
    name = f"redis {subject}"
    if fact is None:
        return Line(name, "could not be checked", "this Redis does not tell")
    if fact.refusal:
        return Line(name, "wrong", fact.refusal)
    return Line(name, "warning", fact.warning) if fact.warning else Line(name, "ok", fact.found)


def _unknown(first: Line) -> Iterator[Line]:
    """The line that says why, and those that therefore cannot say anything."""
    yield first
    yield from (Line(f"redis {subject}", "could not be checked", "see above") for subject in (*SUBJECTS, "clock"))
