"""HTTP that is wrong, doubtful or meant for somebody else, beside HTTP that is odd and right.

Each shape is sent to one receiver on a connection of its own, by a client that then says no more. `ANSWERS` are the
statuses that may come back; an empty list is a connection that was closed without a word.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

import pytest

from service.app import PATH
from tests.redis_server import RedisServer
from tests.service.hostile.besieged import Besieged, besieged, everything, last_word, request, statuses
from tests.service.hostile.shapes import ELSEWHERE, GOOD, RIGHT, SHAPES, Shape, fresh
from tests.waiting import eventually

DOCUMENTED = {200, 400, 401, 404, 405, 413, 415, 431}


@pytest.mark.alone
async def test_every_shape_gets_its_answers_and_only_good_notifications_become_jobs(redis_server: RedisServer) -> None:
    async with besieged(redis_server) as receiver:
        found = {name: await tried(receiver, shape) for name, shape in SHAPES.items()}
        await receiver.stands()

    wanted = {name: Found(shape.answers, shape.stored) for name, shape in SHAPES.items()}
    assert {name: one for name, one in found.items() if one != wanted[name]} == {}
    assert {status for one in found.values() for status in one.answers} <= DOCUMENTED


@dataclass(frozen=True, slots=True)
class Found:
    """What was answered, and how many jobs came of it."""

    answers: tuple[int, ...]
    stored: int


async def tried(receiver: Besieged, shape: Shape) -> Found:
    before = await receiver.jobs()
    answers = await receiver.send(shape.raw())
    return Found(tuple(answers), len(await receiver.jobs() - before))


@pytest.mark.alone
async def test_nothing_depends_on_how_the_bytes_arrive(redis_server: RedisServer) -> None:
    small = {name: shape for name, shape in SHAPES.items() if len(shape.raw()) < 5_000}

    async with besieged(redis_server) as receiver:
        answers = await asyncio.gather(*(in_pieces(receiver, shape.raw()) for shape in small.values()))
        jobs = await receiver.jobs()
        await receiver.stands()

    found = dict(zip(small, answers, strict=True))
    assert {name: one for name, one in found.items() if not fits(one, small[name].answers)} == {}
    assert {name for name in RIGHT | ELSEWHERE if name in small and not found[name]} == set()
    assert len(jobs) == sum(shape.stored for shape in small.values())


def fits(answers: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether it is what was wanted, but for the answer that ends a connection.

    That one can be overtaken by the reset that follows what is sent behind it; and it comes behind good ones too, if
    they were answered before the broken one was there.
    """
    common = answers[: len(wanted)]
    return common == wanted[: len(common)] and set(answers[len(wanted) :]) <= {400, 431}


async def in_pieces(receiver: Besieged, raw: bytes) -> tuple[int, ...]:
    """The answers to what is sent in twenty pieces, each of which goes off by itself."""
    reader, writer = await asyncio.open_connection(*receiver.address)
    try:
        size = max(1, len(raw) // 20)
        for start in range(0, len(raw), size):
            if writer.is_closing():
                break
            writer.write(raw[start : start + size])
            await asyncio.sleep(0.002)
        last_word(writer)
        return tuple(statuses(await everything(reader)))
    finally:
        writer.close()


async def test_what_is_no_request_is_counted_and_not_logged(redis_server: RedisServer) -> None:
    broken = [name for name, shape in SHAPES.items() if shape.broken]

    async with besieged(redis_server) as receiver:
        for name in broken:
            await receiver.send(SHAPES[name].raw())
        cuts = await receiver.cuts()
        await receiver.stands()

    assert cuts == Counter({"broken request": len(broken)})
    assert [line for line in await receiver.program.said if "uvicorn" in line] == []


@pytest.mark.alone
async def test_a_hundred_pipelined_webhooks_are_answered_in_turn(redis_server: RedisServer) -> None:
    sent = [request(fresh(), sign="another-secret" if number % 3 == 0 else GOOD) for number in range(100)]

    async with besieged(redis_server) as receiver:
        answers = await receiver.send(b"".join(sent))
        jobs = await receiver.jobs()

    assert answers == [401 if number % 3 == 0 else 200 for number in range(100)]
    assert len(jobs) == 66


async def ask_on(writer: asyncio.StreamWriter, asked: bytes) -> bool:
    """Ask for more; whether nobody is there any more."""
    if not writer.is_closing():
        writer.write(asked)
        await asyncio.sleep(0)
    return writer.is_closing()


async def test_memory_does_not_follow_a_trailer_that_does_not_end(redis_server: RedisServer) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: ".encode()

    async with besieged(redis_server) as receiver:
        reader, writer = await asyncio.open_connection(*receiver.address)
        writer.write(head)
        await eventually(lambda: ask_on(writer, b"y" * 4_000), timeout=30)
        answer = statuses(await everything(reader))
        await eventually(lambda: refused_once(receiver))

    assert answer in ([431], [])  # the reset that follows can overtake it


async def refused_once(receiver: Besieged) -> bool:
    return await receiver.cuts() == {"large headers": 1}


async def test_nothing_but_webhooks_is_served_there(redis_server: RedisServer) -> None:
    paths = ("/", "/metrics", "/livez", "/readyz", "/rules", "/docs", "/.env", "/../metrics", "/webhooks")

    async with besieged(redis_server) as receiver:
        answers = {path: await receiver.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for path in paths}

    assert answers == {path: [404] for path in paths}
