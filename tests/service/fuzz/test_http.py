"""Whatever bytes come, in whatever pieces: documented answers only, one for each request that is taken, in turn."""

import asyncio
import re
from typing import Any

import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.server import ServerState

from service.app import PATH
from service.punctuality import Door
from tests.fuzzed import fuzzed
from tests.service.fuzz.ear import Ear
from tests.service.hostile.shapes import WRONG, chunked, good

STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n".encode()
WHOLE = (good(), chunked(), good(sign="another-secret"), good(line="GET / HTTP/1.1"))
PIECES = (
    *WHOLE,
    *(shape.raw() for shape in WRONG.values() if len(shape.raw()) < 3_000),
    *(HEAD, b"\r\n", b"\r\n\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n", b"ffffffffffffffff\r\n", b"\n", b"\r", b" ", b"\0"),
    *(b"Host: y\r\n", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n"),
    *(b"Connection: close\r\n", b"Connection: Upgrade\r\nUpgrade: h2c\r\n", b"Expect: 100-continue\r\n", b"hello"),
)


class Wire(asyncio.Transport):
    """The receiver's end of a connection to nobody; like uvloop's, it takes no more once it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.closed = False

    def write(self, data: Any) -> None:
        assert not self.closed
        self.sent += bytes(data)

    def close(self) -> None:
        self.closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        """There is nobody to pause."""

    resume_reading = pause_reading


@st.composite
def streams(draw: st.DrawFn) -> list[bytes]:
    """Requests, parts of requests and other bytes, cut into pieces anywhere."""
    parts = draw(st.lists(st.sampled_from(WHOLE) | st.sampled_from(PIECES) | st.binary(max_size=10), max_size=6))
    stream = b"".join(parts)
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    return [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]


async def talk(ear: Ear, pieces: list[bytes], waits: list[bool], cuts: list[str]) -> bytes:
    """What is answered to these pieces, some of which come only after the receiver has done what it can."""
    wire = Wire()
    state = ServerState()
    config = uvicorn.Config(ear.app, ws="none", lifespan="off", log_config=None, access_log=False)
    config.load()
    protocol = Door(cut=cuts.append).protocol(config=config, server_state=state, app_state={})
    protocol.connection_made(wire)
    for number, piece in enumerate(pieces):
        if not wire.closed:
            protocol.data_received(piece)
        if waits[number % len(waits)]:
            await settle()
    if not wire.closed and not protocol.eof_received():
        wire.close()
    await settle()
    wire.close()
    protocol.connection_lost(None)
    await settle()
    assert not state.tasks
    return wire.sent


async def settle() -> None:
    """Let the tasks run until none can get any further."""
    for _ in range(20):
        await asyncio.sleep(0)


@fuzzed
@given(streams(), st.lists(st.booleans(), min_size=1, max_size=4))
def test_any_bytes_in_any_pieces_get_documented_answers_in_turn(pieces: list[bytes], waits: list[bool]) -> None:
    ear = Ear()
    cuts: list[str] = []

    answers = [int(status) for status in STATUS.findall(asyncio.run(talk(ear, pieces, waits, cuts)))]

    final = [status for status in answers if status != 100]
    assert set(final) <= {200, 400, 401, 404, 405, 413, 415, 431}
    assert final.count(200) == len(ear.stored.entries)
    assert len(cuts) <= 1
    assert not {400, 431} & {*final[:-1]}
