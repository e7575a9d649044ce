"""The operations app: `/livez`, `/readyz` and `/metrics`, on a port of its own beside the receiver or the worker."""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

Probe = Callable[[], Awaitable[str]]
"""Says in words why not; the empty text is yes."""


def create_operations(*, live: Probe, ready: Probe, registry: CollectorRegistry) -> Starlette:
    """The app. `live` must look at this process alone, never at Redis: a restart would not mend that."""

    async def livez(_: Request) -> Response:
        return _answer(await live())

    async def readyz(_: Request) -> Response:
        return _answer(await ready())

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)])


def _answer(trouble: str) -> Response:
    return PlainTextResponse(trouble, 503) if trouble else PlainTextResponse("ok")
