"""The operations app, on a port of its own: `/livez`, `/readyz` and `/metrics`, and of a worker `/rules`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Probe = Callable[[], Awaitable[str]]
"""Says in words why not; the empty text is yes."""


Rules = Callable[[], Mapping[str, Any]]
"""What there is to show of the rules now, by workspace, as JSON."""


def create_operations(
    *, live: Probe, ready: Probe, registry: CollectorRegistry, rules: Rules | None = None
) -> Starlette:
    """The app. `live` must look at this process alone, never at Redis: a restart would not mend that.

    Without `rules` there is no `/rules`.
    """

    async def livez(_: Request) -> Response:
        return _answer(await live())

    async def readyz(_: Request) -> Response:
        return _answer(await ready())

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]
    if rules is not None:

        async def show(_: Request) -> Response:
            return JSONResponse(rules())

        routes.append(Route("/rules", show))
    return Starlette(routes=routes)


def _answer(trouble: str) -> Response:
    return PlainTextResponse(trouble, 503) if trouble else PlainTextResponse("ok")
