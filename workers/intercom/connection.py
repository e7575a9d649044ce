"""Sending a call and reading its answer, whatever comes back."""

import asyncio
import time
from collections.abc import Callable
from http.cookiejar import CookieJar
from importlib import metadata
from types import TracebackType
from typing import Final, Self, TypeVar

import aiohttp
import httpx
import msgspec

from workers.intercom.answers import Answer
from workers.intercom.call import Call
from workers.intercom.errors import Unavailable, Unsendable
from workers.intercom.fields import Unreadable
from workers.intercom.limits import Limits
from workers.intercom.transport import create_transport, never_left
from workers.intercom.verdict import Reply, contents, unreadable_answer

API_VERSION: Final = "2.10"
_NO_ANSWER: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, aiohttp.ClientError, OSError)
_JSON_BODY: Final = {"Content-Type": "application/json"}

T = TypeVar("T")


class Connection:
    """The way to Intercom's REST API for one workspace; an async context manager that owns its connections.

    `base_url` is configuration, never data. `timeout` is the longest that a whole call may take, in seconds, however
    busily the server drips. Every call raises `IntercomError` and nothing else, but for what `departure.checked` has it
    raise. It takes a slot of the rate budget, which is the caller's to reserve and to feed.
    """

    def __init__(self, base_url: str, access_token: str, *, timeout: float = 5.0, connections: int = 100) -> None:
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers=_headers(access_token),
            transport=create_transport(connections),
            # Half of the whole for getting a connection, so that "never sent" is known before the deadline cuts in.
            timeout=httpx.Timeout(timeout, connect=timeout / 2, pool=timeout / 2),
            follow_redirects=False,
            trust_env=False,
            cookies=_NoCookies(),
        )

    def use(self, access_token: str) -> bool:
        """Show this token from the next call on; whether that is another one."""
        before = self._http.headers.copy()
        self._http.headers.update(_headers(access_token))
        return before != self._http.headers

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def _ask(self, call: Call, read: Callable[[object], T]) -> Answer[T]:
        """Make one call, and read its answer with a function that raises Unreadable for what it cannot read."""
        reply = await self._send(call)
        try:
            return Answer(read(contents(reply)), reply.limits, reply.sent_at, reply.received_at, reply.status)
        except Unreadable as unreadable:
            raise unreadable_answer(reply, unreadable) from None

    async def _send(self, call: Call) -> Reply:
        content, headers = (None, None) if call.body is None else (_encoded(call), _JSON_BODY)
        # httpx.AsyncClient.delete() takes no body, so every call is built the long way.
        request = self._http.build_request(call.method, call.path, content=content, headers=headers)
        sent_at = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(call, request, sent_at)
        except TimeoutError:
            raise Unavailable(f"{call}: no whole answer within {self._timeout:g} s", maybe_applied=True) from None
        except _NO_ANSWER as error:
            reason = f"{call}: no answer: {_name(error)}"
            raise Unavailable(reason, maybe_applied=not never_left(error)) from error

    async def _exchange(self, call: Call, request: httpx.Request, sent_at: float) -> Reply:
        response = await self._http.send(request, stream=True)
        received_at = time.monotonic()
        limits = Limits.from_headers(response.headers)
        reply = Reply(call, response.status_code, b"", limits, sent_at, received_at)
        try:
            body = await _body(response, call.largest)
        except Unreadable as unreadable:
            raise unreadable_answer(reply, unreadable) from None
        except _NO_ANSWER as error:
            raise unreadable_answer(reply, Unreadable(f"broke off: {_name(error)}")) from error
        finally:
            await response.aclose()
        return Reply(call, response.status_code, body, limits, sent_at, received_at)


class _NoCookies(CookieJar):
    """Takes none, and spends no time on it."""

    def extract_cookies(self, *_: object) -> None:
        """Leave them in the answer."""


def _headers(access_token: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {access_token}",
        "Intercom-Version": API_VERSION,
        "Accept": "application/json",
        # An answer that is small on the wire and huge in memory cannot be asked for.
        "Accept-Encoding": "identity",
        "User-Agent": f"autotagger/{metadata.version('autotagger')}",
    }


def _encoded(call: Call) -> bytes:
    try:
        return msgspec.json.encode(call.body)
    except (ValueError, OverflowError) as error:
        raise Unsendable(f"{call}: the body cannot be written as JSON: {type(error).__name__}") from None


async def _body(response: httpx.Response, largest: int) -> bytes:
    """All of it, as long as it is not packed and not larger than `largest`, whatever Content-Length says."""
    packing = response.headers.get("content-encoding", "identity")
    if packing != "identity":
        raise Unreadable(f"wanted it unpacked, found Content-Encoding {packing[:20]!r}")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > largest:
            raise Unreadable(f"wanted at most {largest} bytes, found more")
    return bytes(body)


def _name(error: Exception) -> str:
    """What went wrong underneath; the text of these errors may hold anything that the other side sent."""
    return type(error.__cause__ or error).__name__
