"""The calls themselves."""

import asyncio
import re
import time
from collections.abc import Callable
from http.cookiejar import CookieJar
from importlib import metadata
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import httpx
import msgspec

from rules.language.values import Kind
from workers.intercom import answers
from workers.intercom.answers import Answer, Me, Tag, Unreadable
from workers.intercom.errors import Rejected, Unavailable, Unsendable
from workers.intercom.limits import Limits
from workers.intercom.transport import create_transport, never_left
from workers.intercom.verdict import Reply, contents, unreadable_answer

API_VERSION = "2.10"
LARGEST_ANSWER = 1024 * 1024
LARGEST_LIST = 16 * LARGEST_ANSWER
"""The list of tags has no pages, and a tag takes some hundred bytes."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PATHS = {"conversation": "/conversations", "ticket": "/tickets"}
_NO_ANSWER = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, aiohttp.ClientError, OSError)

T = TypeVar("T")


class Intercom:
    """Intercom's REST API for one workspace; an async context manager that owns its connections.

    `base_url` is configuration, never data. `timeout` is the longest that a whole call may take, in seconds, however
    busily the server drips. Every method raises `IntercomError` and nothing else. A call takes a slot of the rate
    budget, which is the caller's to reserve and to feed.
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

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def attach(self, target_kind: Kind, target_id: str, tag_id: str, admin_id: str) -> Answer[Tag]:
        """Put a tag on a conversation or ticket.

        Raises:
            TargetGone: there is no such conversation or ticket.
            TagGone: there is no such tag, as far as can be told.
            IntercomError: see there.
        """
        path = f"{_target_path(target_kind, target_id)}/tags"
        return await self._ask("POST", path, answers.tag, {"id": tag_id, "admin_id": admin_id})

    async def detach(self, target_kind: Kind, target_id: str, tag_id: str, admin_id: str) -> Answer[Tag | None]:
        """Take a tag off a conversation or ticket; the value is None when it was not there.

        Raises:
            TargetGone: there is no such conversation or ticket.
            IntercomError: see there.
        """
        path = f"{_target_path(target_kind, target_id)}/tags/{_safe(tag_id, 'tag')}"
        reply = await self._send("DELETE", path, {"admin_id": admin_id})
        try:
            return _answer(reply, answers.tag)
        except Rejected as refusal:
            if refusal.code != "tag_not_found":
                raise
            return Answer(None, reply.limits, reply.sent_at, reply.received_at)

    async def list_tags(self) -> Answer[tuple[Tag, ...]]:
        """All tags of the workspace; this list has no pages."""
        return await self._ask("GET", "/tags", answers.tags)

    async def create_tag(self, name: str) -> Answer[Tag]:
        """Make a tag, or find the one of that name: Intercom compares names without regard to case."""
        return await self._ask("POST", "/tags", answers.tag, {"name": name})

    async def me(self) -> Answer[Me]:
        """Whom the token belongs to."""
        return await self._ask("GET", "/me", answers.me)

    async def _ask(
        self, method: str, path: str, read: Callable[[object], T], body: dict[str, Any] | None = None
    ) -> Answer[T]:
        return _answer(await self._send(method, path, body), read)

    async def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Reply:
        call = f"{method} {path}"
        content, headers = (None, None) if body is None else (msgspec.json.encode(body), _JSON_BODY)
        # httpx.AsyncClient.delete() takes no body, so every call is built the long way.
        request = self._http.build_request(method, path, content=content, headers=headers)
        sent_at = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(call, request, sent_at)
        except TimeoutError:
            raise Unavailable(f"{call}: no whole answer within {self._timeout:g} s", maybe_applied=True) from None
        except _NO_ANSWER as error:
            reason = f"{call}: no answer: {_name(error)}"
            raise Unavailable(reason, maybe_applied=not never_left(error)) from error

    async def _exchange(self, call: str, request: httpx.Request, sent_at: float) -> Reply:
        response = await self._http.send(request, stream=True)
        received_at = time.monotonic()
        limits = Limits.from_headers(response.headers)
        reply = Reply(call, response.status_code, b"", limits, sent_at, received_at)
        try:
            body = await _body(response, LARGEST_LIST if call == "GET /tags" else LARGEST_ANSWER)
        except Unreadable as unreadable:
            raise unreadable_answer(reply, unreadable) from None
        except _NO_ANSWER as error:
            raise unreadable_answer(reply, Unreadable(f"broke off: {_name(error)}")) from error
        finally:
            await response.aclose()
        return Reply(call, response.status_code, body, limits, sent_at, received_at)


_JSON_BODY = {"Content-Type": "application/json"}


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


def _target_path(kind: Kind, target_id: str) -> str:
    if kind not in _PATHS:
        raise Unsendable(f"cannot tag a {kind} here: wanted one of {', '.join(_PATHS)}")
    return f"{_PATHS[kind]}/{_safe(target_id, kind)}"


def _safe(found: str, what: str) -> str:
    if not _ID.fullmatch(found):
        raise Unsendable(f"id of a {what}: found {found[:70]!r}, wanted 1 to 64 of A-Z a-z 0-9 _ -")
    return found


def _answer(reply: Reply, read: Callable[[object], T]) -> Answer[T]:
    try:
        return Answer(read(contents(reply)), reply.limits, reply.sent_at, reply.received_at)
    except Unreadable as unreadable:
        raise unreadable_answer(reply, unreadable) from None


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
