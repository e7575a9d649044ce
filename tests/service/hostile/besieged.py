"""A receiver in a process of its own, which has to stand whatever is sent to it: raw bytes in, all that comes back."""

import asyncio
import contextlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from cli.fleet import Program, redis_url, running
from service.app import PATH
from state import keys
from tests.redis_server import RedisServer
from tests.service.receiver import APP_ID, SECRET, notification, signature
from tests.waiting import eventually

ANSWERED_WITHIN = 30.0

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass(frozen=True, slots=True)
class Besieged:
    """What a test attacks, and what it finds afterwards."""

    program: Program
    redis: Redis
    client: httpx.AsyncClient

    @property
    def address(self) -> tuple[str, int]:
        """Host and port for webhooks."""
        url = httpx.URL(self.program.urls[0])
        return url.host, url.port or 80

    async def send(self, raw: bytes) -> list[int]:
        """The statuses that are answered to these bytes, before which the client says that they are its last."""
        reader, writer = await asyncio.open_connection(*self.address)
        try:
            writer.write(raw)
            last_word(writer)
            return statuses(await everything(reader))
        finally:
            writer.close()

    async def post(self, body: bytes, *, secret: str = SECRET) -> int:
        """The status of a webhook with this body, signed, sent as Intercom sends it."""
        (status,) = await self.send(request(body, sign=secret))
        return status

    async def stands(self) -> None:
        """A good webhook is answered 200 and stored, the process has not ended, and it has not said a word too much."""
        document = notification()
        assert await self.post(json.dumps(document).encode()) == 200
        assert await self.redis.exists(f"{keys.JOB}{APP_ID}:{document['id']}")
        assert self.program.process.returncode is None

    async def jobs(self) -> set[str]:
        """The notification ids of all jobs in Redis."""
        prefix = f"{keys.JOB}{APP_ID}:"
        return {name.decode().removeprefix(prefix) async for name in self.redis.scan_iter(f"{keys.JOB}*")}

    async def outcomes(self) -> Counter[str]:
        """How many webhooks had which outcome, over all topics."""
        return await self._counted("autotagger_webhooks_received", "outcome")

    async def cuts(self) -> Counter[str]:
        """How many connections were cut for which reason."""
        return await self._counted("autotagger_connections_cut", "reason")

    async def series(self) -> set[tuple[str, frozenset[tuple[str, str]]]]:
        """All counters that can be scraped, whatever they count, by name and labels."""
        families = text_string_to_metric_families(await self._scrape())
        found = (sample for family in families if family.type == "counter" for sample in family.samples)
        return {(sample.name, frozenset(sample.labels.items())) for sample in found}

    async def counted(self, outcomes: Mapping[str, int]) -> None:
        """Wait until exactly these outcomes are counted: a client that goes away is noticed later than it goes."""
        await eventually(lambda: self._has(outcomes))

    async def _has(self, outcomes: Mapping[str, int]) -> bool:
        return await self.outcomes() == Counter(outcomes)

    async def _scrape(self) -> str:
        return (await self.client.get(f"{self.program.urls[1]}/metrics")).text

    async def _counted(self, name: str, label: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for family in text_string_to_metric_families(await self._scrape()):
            for sample in family.samples if family.name == name else ():
                if sample.name == f"{name}_total" and sample.value:
                    found[sample.labels[label]] += int(sample.value)
        return found


@asynccontextmanager
async def besieged(redis_server: RedisServer, **variables: str) -> AsyncIterator[Besieged]:
    """The receiver; `variables` are more of its settings. It must not log a stack."""
    settings = {
        "REDIS_URL": redis_url(redis_server.settings),
        "AUTOTAGGER_APP_ID": APP_ID,
        "AUTOTAGGER_HOST": "127.0.0.1",
        "AUTOTAGGER_PORT": "0",
        "AUTOTAGGER_OPS_PORT": "0",
    }
    secrets = {} if "AUTOTAGGER_CLIENT_SECRETS_FILE" in variables else {"AUTOTAGGER_CLIENT_SECRETS": SECRET}
    async with (
        running("serve", variables=settings | secrets | variables) as program,
        redis_server.client() as redis,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        yield Besieged(program, redis, client)
    said = "\n".join(await program.said)
    assert "Traceback" not in said, said
    assert len(said.splitlines()) < 30, said


def request(
    body: bytes,
    *,
    sign: str | None = SECRET,
    line: str = f"POST {PATH} HTTP/1.1",
    length: str | None = "",
    more: str = "",
) -> bytes:
    """A whole request. `length` replaces the right Content-Length, None leaves it out; `more` are more header lines."""
    lines = [line, "Host: a.example", "Content-Type: application/json"]
    if sign is not None:
        lines.append(f"X-Hub-Signature: {signature(body, sign)}")
    if length is not None:
        lines.append(f"Content-Length: {length or len(body)}")
    head = "".join(f"{one}\r\n" for one in lines) + more
    return head.encode("latin-1") + b"\r\n" + body


def last_word(writer: asyncio.StreamWriter) -> None:
    """Say that nothing more will be said, unless the other side is gone already."""
    with contextlib.suppress(OSError):
        writer.write_eof()


async def everything(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side ends the connection, however rudely."""
    got = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(ANSWERED_WITHIN):
            while piece := await reader.read(65_536):
                got += piece
    return got


def statuses(answers: bytes) -> list[int]:
    """The statuses of answers in a row, without "100 Continue"."""
    return [int(status) for status in _STATUS.findall(answers) if status != b"100"]
