"""Sends signed notifications to one webhook as Intercom does, and keeps a record of every delivery."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import httpx
from httpx_aiohttp import HttpxAiohttpClient

from simulator.webhooks.notification import envelope, headers
from simulator.webhooks.patience import Patience, Subscription, Verdict, verdict

Outcome = Literal["pending", "acked", "failed", "dropped", "disabled"]


@dataclass(slots=True)
class Mail:
    """One notification to deliver. `item` is asked for what is in it when it first goes out.

    Sending the same mail twice makes an exact duplicate: same id, same bytes.
    """

    app_id: str
    topic: str
    id: str | None
    created_at: int
    item: Callable[[], Mapping[str, Any]]
    _first: tuple[Mapping[str, Any], int] | None = None

    def body(self, attempt: int, now: float) -> bytes:
        """The bytes of attempt number `attempt`, from 1, made at `now` in Unix seconds."""
        if self._first is None:
            self._first = (self.item(), max(int(now), self.created_at))
        item, first_sent_at = self._first
        return envelope(
            item,
            app_id=self.app_id,
            topic=self.topic,
            notification_id=self.id,
            created_at=self.created_at,
            attempt=attempt,
            first_sent_at=first_sent_at,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when (Unix seconds), the status (None without an answer), the error's name, how long it took (s)."""

    at: float
    status: int | None
    error: str | None
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """What the answer means."""
        return verdict(self.status)


@dataclass(slots=True)
class Delivery:
    """What became of one notification: acked, failed (twice), dropped (held back too long) or disabled (410).

    `held` is for how many seconds 429s have held it back.
    """

    id: str | None
    topic: str
    outcome: Outcome = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    held: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing more will be tried."""
        return self.outcome != "pending"

    @property
    def failures(self) -> int:
        """How many attempts failed; one that was told to come later did not."""
        return sum(attempt.verdict == "failed" for attempt in self.attempts)

    @property
    def answered_in(self) -> float | None:
        """Seconds until the receiver acknowledged it; None unless it did."""
        return self.attempts[-1].seconds if self.outcome == "acked" else None


class Sender:
    """Delivers to one URL; an asynchronous context manager that stops what is under way when left.

    At most `concurrency` calls are under way at once. `deliveries` lists every one begun, in order.
    """

    def __init__(
        self, url: str, client_secret: str, *, patience: Patience | None = None, concurrency: int = 50
    ) -> None:
        self.url = url
        self.deliveries: list[Delivery] = []
        self._client_secret = client_secret
        self._patience = patience or Patience()
        self._subscription = Subscription(self._patience)
        self._slots = asyncio.Semaphore(concurrency)
        limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
        self._client = HttpxAiohttpClient(limits=limits, timeout=None, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Give up what is under way, and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    async def validate(self) -> int:
        """Ask the URL for its HEAD, as Intercom does when the URL is saved: the status. Raises httpx.HTTPError."""
        async with asyncio.timeout(self._patience.timeout):
            return (await self._client.head(self.url)).status_code

    async def send(self, mails: Iterable[Mail], *, rate: float | None = None) -> None:
        """Deliver all, at most `rate` a second, and wait until each has its outcome."""
        async for mail in _paced(mails, rate):
            self.post(mail)
        await self.drain()

    def post(self, mail: Mail) -> Delivery:
        """Begin a delivery; the record fills as it goes."""
        delivery = Delivery(mail.id, mail.topic)
        self.deliveries.append(delivery)
        task = asyncio.create_task(self._deliver(mail, delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return delivery

    async def drain(self) -> None:
        """Wait until every delivery that was begun has its outcome."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _deliver(self, mail: Mail, delivery: Delivery) -> None:
        while not delivery.ended:
            await self._wait_for_leave(delivery)
            if not delivery.ended:
                await self._try(mail, delivery)

    async def _wait_for_leave(self, delivery: Delivery) -> None:
        while wait := self._subscription.wait(time.monotonic()):
            if delivery.held + wait > self._patience.drop_after:
                delivery.outcome = "dropped"
                return
            await asyncio.sleep(wait)
            delivery.held += wait
        if self._subscription.disabled:
            delivery.outcome = "disabled"

    async def _try(self, mail: Mail, delivery: Delivery) -> None:
        async with self._slots:
            if self._subscription.disabled or self._subscription.wait(time.monotonic()):
                return
            attempt = await self._call(mail.body(len(delivery.attempts) + 1, time.time()))
        delivery.attempts.append(attempt)
        self._subscription.learn(attempt.verdict, time.monotonic())
        match attempt.verdict:
            case "acked" | "disabled" as final:
                delivery.outcome = final
            case "failed" if delivery.failures > 1:
                delivery.outcome = "failed"
            case "failed":
                await asyncio.sleep(self._patience.retry_after)

    async def _call(self, body: bytes) -> Attempt:
        at, began = time.time(), time.monotonic()
        status, error = None, None
        try:
            async with asyncio.timeout(self._patience.timeout):
                signed = headers(body, self._client_secret)
                status = (await self._client.post(self.url, content=body, headers=signed)).status_code
        except (httpx.HTTPError, OSError) as failure:
            error = type(failure).__name__
        return Attempt(at, status, error, time.monotonic() - began)


async def _paced(mails: Iterable[Mail], rate: float | None) -> AsyncIterator[Mail]:
    began = time.monotonic()
    for number, mail in enumerate(mails):
        wait = 0.0 if rate is None else began + number / rate - time.monotonic()
        await asyncio.sleep(max(0.0, wait))
        yield mail
