"""A receiver of notifications that remembers them and answers as it is told."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from simulator.program import bound, serving


@dataclass(frozen=True)
class Received:
    method: str
    headers: dict[str, str]
    body: bytes


class Webhook:
    """`statuses` are given out first to last, then 200; `delay` (seconds) comes before each answer."""

    def __init__(self) -> None:
        self.url = ""
        self.begin_anew()

    def begin_anew(self) -> None:
        self.received: list[Received] = []
        self.statuses: deque[int] = deque()
        self.delay = 0.0
        self.under_way = 0
        self.most_under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        while message.get("more_body"):
            message = {**(following := await receive()), "body": message["body"] + following.get("body", b"")}
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.received.append(Received(scope["method"], headers, message["body"]))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        status = self.statuses.popleft() if self.statuses else 200
        await asyncio.sleep(self.delay)
        self.under_way -= 1
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def running_webhook() -> AsyncIterator[Webhook]:
    webhook = Webhook()
    with bound("127.0.0.1", 0) as listener:
        async with serving(webhook, listener) as url:
            webhook.url = url + "/webhooks/intercom"
            yield webhook
