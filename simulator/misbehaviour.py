"""What a fault does to a call."""

import asyncio
from collections.abc import Callable, Sequence
from http import HTTPStatus

from simulator.connection import Connection, Header
from simulator.errors import ApiError, rate_limit_exceeded
from simulator.faults import Fault
from simulator.rest.request import Answer

_HTML = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body><h1>We will be back soon</h1></body></html>"
_CODES = {400: "parameter_invalid", 401: "unauthorized", 403: "action_forbidden", 404: "not_found", 409: "conflict"}
_ABSURD: list[Header] = [
    (b"x-ratelimit-limit", b"plenty"),
    (b"x-ratelimit-remaining", b"-17"),
    (b"x-ratelimit-reset", b"99999999999999999999"),
]


async def misbehave(
    fault: Fault, act: Callable[[], Answer], connection: Connection, limits: Sequence[Header]
) -> int | None:
    """Let `fault` strike a call that `act` would apply and answer; the status that went out, None for none.

    `limits` are the true X-RateLimit headers.
    """
    if fault.kind == "slow":
        return await _answer_late(fault, act, connection, limits)
    if fault.when == "after":
        act()
    return await _fail(fault, connection, limits)


async def _answer_late(
    fault: Fault, act: Callable[[], Answer], connection: Connection, limits: Sequence[Header]
) -> int:
    done = act() if fault.when == "after" else None
    await asyncio.sleep(fault.delay)
    answer = done or act()
    await connection.answer(answer.status, answer.body, limits)
    return answer.status


async def _fail(fault: Fault, connection: Connection, limits: Sequence[Header]) -> int | None:
    headers = [*limits, *((name.lower().encode(), value.encode()) for name, value in fault.headers.items())]
    match fault.kind:
        case "reset":
            await connection.reset()
            return None
        case "hang":
            await connection.gone()
            return None
        case "garbage":
            await _garble(fault, connection, headers)
            return 200
        case "rate_limit":
            await _refuse(fault, connection, headers[len(limits) :], limits)
            return 429
        case _:
            await connection.answer(fault.status, _error_body(fault), headers)
            return fault.status


async def _garble(fault: Fault, connection: Connection, headers: Sequence[Header]) -> None:
    tag = b'{"type":"tag","id":"7712001","name":"cut short","applied_at":1722500000}'
    match fault.garbage:
        case "html":
            await connection.answer(200, _HTML, headers, b"text/html")
        case "empty":
            await connection.answer(200, b"", headers)
        case "truncated":
            await connection.answer(200, tag[: len(tag) // 2], headers)
        case "cut":
            await connection.cut(200, tag, headers)
        case "huge":
            await connection.answer(200, b'"' + b"x" * (fault.size - 2) + b'"', headers)


async def _refuse(fault: Fault, connection: Connection, extra: Sequence[Header], limits: Sequence[Header]) -> None:
    spoken: Sequence[Header] = {"real": limits, "absent": (), "absurd": _ABSURD}[fault.limits]
    await connection.answer(429, rate_limit_exceeded().body(), [*spoken, *extra])


def _error_body(fault: Fault) -> bytes:
    if fault.body is not None:
        return fault.body.encode()
    code = fault.code or _CODES.get(fault.status, "server_error" if fault.status >= 500 else "client_error")  # noqa: PLR2004 - HTTP's own border
    return ApiError(fault.status, code, fault.message or _phrase(fault.status)).body()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
