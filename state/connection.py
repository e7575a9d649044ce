"""Connections to Redis: one way for the receiver, which answers in milliseconds, one for everybody else, who waits."""

import ssl
from typing import Any

from arq.connections import ArqRedis
from redis.asyncio import (
    BlockingConnectionPool,
    Connection,
    ConnectionPool,
    Redis,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,  # noqa: A004 - redis-py's name
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,  # noqa: A004 - redis-py's name
)

from state.settings import RedisSettings

FAILURES: tuple[type[Exception], ...] = (RedisError, OSError)
"""What redis-py raises when Redis is away, full, loading or read-only. `OSError` holds time-outs and resets too."""


class NotAdmitted(ResponseError):
    """Redis wants a password, or another one. To redis-py that is a lost connection, to be tried again and again."""


class _Candid(AbstractConnection):
    """A connection that says when it is no good any more, so that the next call makes another."""

    async def _send_packed_command(self, command: Any) -> None:  # noqa: ANN401 - redis-py's own
        try:
            await super()._send_packed_command(command)
        except (RuntimeError, AttributeError) as closed:
            # uvloop's and asyncio's words for a write to a transport that has just been reset.
            raise ConnectionError("the connection was closed under a write") from closed

    async def read_response(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - redis-py's own
        try:
            return await super().read_response(*args, **options)
        except AuthenticationError as refused:
            raise NotAdmitted(str(refused)) from None
        except ReadOnlyError:
            # The primary has become a replica; who is primary now answers at the same address to a new connection.
            await self.disconnect(nowait=True)
            raise ConnectionError("this Redis has become a replica") from None


class _Tcp(_Candid, Connection):
    pass


class _Tls(_Candid, SSLConnection):
    pass


class _Socket(_Candid, UnixDomainSocketConnection):
    pass


class _FromSentinel(_Candid, SentinelManagedConnection):
    pass


class _FromSentinelTls(_Candid, SentinelManagedSSLConnection):
    pass


def for_answers(settings: RedisSettings) -> Redis:
    """A client for the request path: connects within 0.1 s, reads within 0.25 s, never tries twice by itself."""
    return Redis.from_pool(
        _pool(
            ConnectionPool,
            settings,
            max_connections=64,
            socket_connect_timeout=0.1,
            socket_timeout=0.25,
            retry=Retry(NoBackoff(), 0),
        )
    )


def for_work(settings: RedisSettings, *, connections: int = 50) -> ArqRedis:
    """A client for workers and commands: waits for a free connection and tries again by itself.

    Redis-py tries calls and connections again, each within the other, so a call to a Redis that is frozen can take
    minutes: put a time limit around what has to end sooner.
    """
    pool = _pool(
        BlockingConnectionPool,
        settings,
        max_connections=connections,
        timeout=20,
        socket_connect_timeout=2,
        socket_timeout=5,
        health_check_interval=15,
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), 5),
        retry_on_error=[ConnectionError, TimeoutError, BusyLoadingError, OSError],
    )
    client = ArqRedis(pool)
    client.auto_close_connection_pool = True  # as Redis.from_pool does, which does not know its subclasses
    return client


def _pool(kind: type[ConnectionPool], settings: RedisSettings, **options: Any) -> ConnectionPool:  # noqa: ANN401 - redis-py's keywords
    options |= {"db": settings.database, "username": settings.username, "password": settings.password}
    # Telling its name would be redis-py's first command, and what a Redis that wants a password says to it is lost.
    options |= {"lib_name": None, "lib_version": None}
    if settings.unix_socket is not None:
        return kind(connection_class=_Socket, path=settings.unix_socket, **options)
    options |= {"socket_keepalive": True} | _tls(settings)
    if settings.sentinels:
        return _sentinel_pool(settings, options)
    return kind(host=settings.host, port=settings.port, **options)


def _tls(settings: RedisSettings) -> dict[str, Any]:
    if not settings.tls and settings.ca_file is None:
        return {"connection_class": _Tcp}
    return {
        "connection_class": _Tls,
        "ssl_ca_certs": settings.ca_file,
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
        "ssl_check_hostname": True,
    }


class _SentinelPool(SentinelConnectionPool):
    """Lets the Sentinels go together with the primary; redis-py would keep their connections open."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        """Close all connections."""
        await super().disconnect(inuse_connections)
        for sentinel in self.sentinel_manager.sentinels:
            await sentinel.aclose()


def _sentinel_pool(settings: RedisSettings, options: dict[str, Any]) -> ConnectionPool:
    """Sentinels are asked with the same time-outs and TLS as the primary; redis-py alone would drop them."""
    tls = options.pop("connection_class") is _Tls
    options["connection_class"] = _FromSentinelTls if tls else _FromSentinel
    asked = {key: value for key, value in options.items() if key.startswith(("socket_", "ssl_"))}
    sentinel: Any = Sentinel(  # type: ignore[no-untyped-call]
        list(settings.sentinels), sentinel_kwargs=asked | ({"ssl": True} if tls else {})
    )
    options.pop("timeout", None)  # a sentinel pool does not wait for a free connection
    return _SentinelPool(settings.service_name, sentinel, **options)  # type: ignore[no-untyped-call]
