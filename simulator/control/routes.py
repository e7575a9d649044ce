"""The routes of the control API, and who may take them."""

import ipaddress
from typing import Annotated, Any, Literal

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.app import Simulator
from simulator.control.endpoint import answer, read, route
from simulator.control.notifying import notifying_routes
from simulator.control.scene import scene_routes
from simulator.faults import Armed, Fault
from simulator.stories.runs import Wanted, expected_document


class Limits(msgspec.Struct, forbid_unknown_fields=True):
    """The rate limit to set; what is left out stays."""

    limit: Annotated[int, msgspec.Meta(ge=0)] | None = None
    window: Annotated[float, msgspec.Meta(gt=0)] | None = None
    speaks_of: Literal["window", "minute"] | None = None


def create_control(simulator: Simulator) -> ASGIApp:
    """The control API of `simulator`."""
    routes = [
        *scene_routes(simulator),
        *_limit_routes(simulator),
        *_fault_routes(simulator),
        *_sending_routes(simulator),
        *notifying_routes(simulator),
    ]
    return _loopback_only(Starlette(routes=routes))


def _limit_routes(simulator: Simulator) -> list[Route]:
    async def windows(_: Request) -> Response:
        return answer({"length": simulator.windows.length, "windows": simulator.windows.seen()})

    async def limits(request: Request) -> Response:
        wanted = await read(request, Limits)
        now = simulator.windows
        now.limit = now.limit if wanted.limit is None else wanted.limit
        now.length = wanted.window or now.length
        now.limit_speaks_of = wanted.speaks_of or now.limit_speaks_of
        return answer({"limit": now.limit, "window": now.length, "speaks_of": now.limit_speaks_of})

    return [route("/windows", windows, "GET"), route("/limits", limits, "POST")]


def _fault_routes(simulator: Simulator) -> list[Route]:
    async def add(request: Request) -> Response:
        return answer(_armed(simulator.faults.add(await read(request, Fault))))

    async def all_of_them(_: Request) -> Response:
        return answer({"faults": [_armed(armed) for armed in simulator.faults.all()]})

    async def clear(request: Request) -> Response:
        found = simulator.faults.clear(request.path_params.get("id"))
        return answer({"cleared": found})

    return [
        route("/faults", add, "POST"),
        route("/faults", all_of_them, "GET"),
        route("/faults", clear, "DELETE"),
        route("/faults/{id}", clear, "DELETE"),
    ]


def _sending_routes(simulator: Simulator) -> list[Route]:
    async def send(request: Request) -> Response:
        wanted = await read(request, Wanted)
        run_id, run = simulator.runs.start(wanted, simulator.workspace, now=int(simulator.clock()))
        counts = {"events": len(run.play.events), "sendings": len(run.play.sendings)}
        return answer({"run": run_id, **counts, "expected": expected_document(run)})

    async def deliveries(request: Request) -> Response:
        wanted = request.query_params
        return answer({"runs": simulator.runs.documents(wanted.get("run"), brief=wanted.get("brief") == "yes")})

    async def calls(request: Request) -> Response:
        since = float(request.query_params.get("since", "0"))
        return answer({"calls": [record.document() for record in simulator.calls.since(since)]})

    return [
        route("/send", send, "POST"),
        route("/deliveries", deliveries, "GET"),
        route("/calls", calls, "GET"),
    ]


def _loopback_only(app: ASGIApp) -> ASGIApp:
    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client is None or ipaddress.ip_address(client[0]).is_loopback:
            await app(scope, receive, send)
        else:
            refusal = answer({"error": "the control API is for the loopback interface only"}, status=403)
            await refusal(scope, receive, send)

    return guarded


def _armed(armed: Armed) -> dict[str, Any]:
    return {"id": armed.id, "fired": armed.fired, "left": armed.left, "fault": armed.fault}
