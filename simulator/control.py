"""The control API below `/_simulator/`: set the scene, arm faults, read what happened. For the loopback interface only.

| | |
|---|---|
| `POST /_simulator/reset` | begin anew |
| `GET /_simulator/state` | admins, tags, and every object with its tags |
| `POST /_simulator/admins` | `{"id", "name"?, "email"?}`: one more teammate |
| `POST /_simulator/tags` | `{"name", "segments"?}`: find or create a tag |
| `POST /_simulator/conversations`, `tickets`, `contacts` | `{"id", "tags"?: names, "item"?: fields that differ}` |
| `POST /_simulator/limits` | `{"limit"?, "window"?, "speaks_of"?: "window" or "minute"}` |
| `GET /_simulator/windows` | calls let through and refused, window by window |
| `GET /_simulator/calls?since=` | every REST call |
| `POST /_simulator/send` | see `simulator.runs.Wanted`: invent events and send them to a webhook |
| `GET /_simulator/deliveries?run=&brief=yes` | what became of them, and where tags are not yet right |
| `GET`, `POST`, `DELETE /_simulator/faults`, `DELETE /_simulator/faults/{id}` | see `simulator.faults.Fault` |
"""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.app import CONTROL, Simulator
from simulator.faults import Armed, Fault
from simulator.runs import Wanted, expected_document
from simulator.scene import Seed, place
from simulator.workspace import Admin, Applied, Kind, Tagged, Workspace

Document = TypeVar("Document")
Endpoint = Callable[[Request], Awaitable[Response]]


class SeedAdmin(msgspec.Struct, forbid_unknown_fields=True):
    """A teammate to add."""

    id: str
    name: str = "Added Teammate"
    email: str = "added@helpdesk.example.com"


class SeedTag(msgspec.Struct, forbid_unknown_fields=True):
    """A tag to add."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    segments: tuple[str, ...] = ()


class Limits(msgspec.Struct, forbid_unknown_fields=True):
    """The rate limit to set; what is left out stays."""

    limit: Annotated[int, msgspec.Meta(ge=0)] | None = None
    window: Annotated[float, msgspec.Meta(gt=0)] | None = None
    speaks_of: Literal["window", "minute"] | None = None


def create_control(simulator: Simulator) -> ASGIApp:
    """The control API of `simulator`."""
    routes = [
        *_scene_routes(simulator),
        *_limit_routes(simulator),
        *_fault_routes(simulator),
        *_sending_routes(simulator),
    ]
    return _loopback_only(Starlette(routes=routes))


def _scene_routes(simulator: Simulator) -> list[Route]:
    async def reset(_: Request) -> Response:
        await simulator.reset()
        return _json({})

    async def state(_: Request) -> Response:
        return _json(_state(simulator.workspace))

    async def admins(request: Request) -> Response:
        seed = await _read(request, SeedAdmin)
        simulator.workspace.admins[seed.id] = Admin(seed.id, seed.name, seed.email)
        return _json({"id": seed.id})

    async def tags(request: Request) -> Response:
        seed = await _read(request, SeedTag)
        tag, created = simulator.workspace.find_or_create_tag(seed.name)
        tag.segments = seed.segments
        return _json({"id": tag.id, "name": tag.name, "created": created})

    async def calls(request: Request) -> Response:
        since = float(request.query_params.get("since", "0"))
        return _json({"calls": [record.document() for record in simulator.calls.since(since)]})

    return [
        _route("/reset", reset, "POST"),
        _route("/state", state, "GET"),
        _route("/admins", admins, "POST"),
        _route("/tags", tags, "POST"),
        _route("/conversations", _seed_endpoint(simulator, "conversation"), "POST"),
        _route("/tickets", _seed_endpoint(simulator, "ticket"), "POST"),
        _route("/contacts", _seed_endpoint(simulator, "contact"), "POST"),
        _route("/calls", calls, "GET"),
    ]


def _seed_endpoint(simulator: Simulator, kind: Kind) -> Endpoint:
    async def seed_object(request: Request) -> Response:
        seed = await _read(request, Seed)
        now = int(simulator.clock())
        tagged = place(simulator.workspace, kind, seed, app_id=simulator.settings.app_id, now=now)
        return _json(_tagged(simulator.workspace, tagged))

    return seed_object


def _limit_routes(simulator: Simulator) -> list[Route]:
    async def windows(_: Request) -> Response:
        return _json({"length": simulator.windows.length, "windows": simulator.windows.seen()})

    async def limits(request: Request) -> Response:
        wanted = await _read(request, Limits)
        now = simulator.windows
        now.limit = now.limit if wanted.limit is None else wanted.limit
        now.length = wanted.window or now.length
        now.limit_speaks_of = wanted.speaks_of or now.limit_speaks_of
        return _json({"limit": now.limit, "window": now.length, "speaks_of": now.limit_speaks_of})

    return [_route("/windows", windows, "GET"), _route("/limits", limits, "POST")]


def _fault_routes(simulator: Simulator) -> list[Route]:
    async def add(request: Request) -> Response:
        return _json(_armed(simulator.faults.add(await _read(request, Fault))))

    async def all_of_them(_: Request) -> Response:
        return _json({"faults": [_armed(armed) for armed in simulator.faults.all()]})

    async def clear(request: Request) -> Response:
        found = simulator.faults.clear(request.path_params.get("id"))
        return _json({"cleared": found})

    return [
        _route("/faults", add, "POST"),
        _route("/faults", all_of_them, "GET"),
        _route("/faults", clear, "DELETE"),
        _route("/faults/{id}", clear, "DELETE"),
    ]


def _sending_routes(simulator: Simulator) -> list[Route]:
    async def send(request: Request) -> Response:
        wanted = await _read(request, Wanted)
        run_id, run = simulator.runs.start(wanted, simulator.workspace, now=int(simulator.clock()))
        counts = {"events": len(run.play.events), "sendings": len(run.play.sendings)}
        return _json({"run": run_id, **counts, "expected": expected_document(run)})

    async def deliveries(request: Request) -> Response:
        wanted = request.query_params
        return _json({"runs": simulator.runs.documents(wanted.get("run"), brief=wanted.get("brief") == "yes")})

    return [_route("/send", send, "POST"), _route("/deliveries", deliveries, "GET")]


def _route(path: str, endpoint: Endpoint, method: str) -> Route:
    async def refuse_nonsense(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (msgspec.DecodeError, ValueError) as error:
            return _json({"error": str(error)}, status=400)

    return Route(CONTROL + path, refuse_nonsense, methods=[method])


def _loopback_only(app: ASGIApp) -> ASGIApp:
    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client is None or ipaddress.ip_address(client[0]).is_loopback:
            await app(scope, receive, send)
        else:
            refusal = _json({"error": "the control API is for the loopback interface only"}, status=403)
            await refusal(scope, receive, send)

    return guarded


async def _read(request: Request, wanted: type[Document]) -> Document:
    return msgspec.json.decode(await request.body() or b"{}", type=wanted)


def _json(document: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(document), status, media_type="application/json")


def _armed(armed: Armed) -> dict[str, Any]:
    return {"id": armed.id, "fired": armed.fired, "left": armed.left, "fault": armed.fault}


def _state(workspace: Workspace) -> dict[str, Any]:
    plurals: dict[Kind, str] = {"conversation": "conversations", "ticket": "tickets", "contact": "contacts"}
    objects: dict[str, dict[str, Any]] = {plural: {} for plural in plurals.values()}
    for tagged in workspace.objects.values():
        objects[plurals[tagged.kind]][tagged.id] = _tagged(workspace, tagged)
    return {"admins": list(workspace.admins.values()), "tags": list(workspace.tags.values()), **objects}


def _tagged(workspace: Workspace, tagged: Tagged) -> dict[str, Any]:
    tags = [_applied(workspace, tag_id, applied) for tag_id, applied in tagged.tags.items()]
    return {"id": tagged.id, "tags": tags}


def _applied(workspace: Workspace, tag_id: str, applied: Applied) -> dict[str, Any]:
    return {
        "id": tag_id,
        "name": workspace.tags[tag_id].name,
        "applied_at": applied.at,
        "applied_by": applied.by,
    }
