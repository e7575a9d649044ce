"""The connections under httpx: aiohttp's, told to do nothing of its own accord."""

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from workers.intercom.departure import Request

_KEEP_IDLE = 30.0


def create_transport(connections: int) -> httpx.AsyncBaseTransport:
    """At most `connections` at a time, kept for reuse; no cookies, no repeats, no proxy from the environment.

    httpx's own pool costs several times the CPU at twenty calls at once, and its slowest calls wait for one another.
    """
    context = httpx.create_ssl_context(trust_env=False)

    def session() -> aiohttp.ClientSession:
        made = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=_KEEP_IDLE, ssl=context),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=Request,
        )
        # aiohttp sends a GET or DELETE again by itself when a kept connection turns out to be closed. No slot was
        # reserved for that second call, and it would hide a reset from the ledger.
        made._retry_connection = False  # noqa: SLF001 - there is no argument for it
        return made

    return AiohttpTransport(verify=context, client=session)


def never_left(error: BaseException) -> bool:
    """Whether a failed request surely never reached the server: there was no connection to send it on."""
    return isinstance(error.__cause__, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
