"""One endpoint of the control API: JSON in, JSON out, nonsense refused with a sentence."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.app import CONTROL
from simulator.errors import ApiError
from simulator.payloads.notified import NothingToTell

Document = TypeVar("Document")
Endpoint = Callable[[Request], Awaitable[Response]]


def route(path: str, endpoint: Endpoint, method: str) -> Route:
    """A route below `/_simulator`; what is wrong with a request is answered as 400."""

    async def refuse_nonsense(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (msgspec.DecodeError, ValueError, ApiError, NothingToTell) as error:
            return answer({"error": str(error)}, status=400)

    return Route(CONTROL + path, refuse_nonsense, methods=[method])


async def read(request: Request, wanted: type[Document]) -> Document:
    """The body of a request."""
    return msgspec.json.decode(await request.body() or b"{}", type=wanted)


def answer(document: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(msgspec.json.encode(document), status, media_type="application/json")
