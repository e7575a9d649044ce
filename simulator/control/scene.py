"""Routes that set the scene, and show it."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import available_timezones

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.app import Simulator
from simulator.control.endpoint import Endpoint, answer, read, route
from simulator.population.size import Size
from simulator.scene import Seed, SeedSegment, place, place_segment
from simulator.workspace.admins import Admin, Team
from simulator.workspace.objects import Kind, Tagged
from simulator.workspace.state import Workspace
from simulator.workspace.tags import Applied

_PLURALS: Mapping[Kind, str] = {
    "conversation": "conversations",
    "ticket": "tickets",
    "contact": "contacts",
    "company": "companies",
}
_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class SeedAdmin(msgspec.Struct, forbid_unknown_fields=True):
    """A teammate to add."""

    id: str
    name: str = "Added Teammate"
    email: str = "added@helpdesk.example.com"


class SeedTeam(msgspec.Struct, forbid_unknown_fields=True):
    """A team to add; ids of admins and teams are numbers, written as strings."""

    id: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,18}\Z")]
    name: str = "Added Team"
    admin_ids: tuple[Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,18}\Z")], ...] = ()


class SeedTag(msgspec.Struct, forbid_unknown_fields=True):
    """A tag to add; `segments` are names of segments to add that depend on it."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    segments: tuple[str, ...] = ()


class Merge(msgspec.Struct, forbid_unknown_fields=True):
    """Into which contact another one is merged."""

    into: str


class Population(msgspec.Struct, forbid_unknown_fields=True):
    """How much to invent, as `simulator.population.size.Size` has it; `seed` is the simulator's own unless given.

    It all happened before `now` (Unix seconds), last midnight in UTC unless given.
    """

    conversations: _Count = 0
    tickets: _Count | None = None
    contacts: _Count | None = None
    companies: _Count | None = None
    seed: int | None = None
    now: Annotated[int, msgspec.Meta(ge=0, le=4_000_000_000)] | None = None


class Ways(msgspec.Struct, forbid_unknown_fields=True):
    """How the workspace is set; what is left out stays."""

    timezone: str | None = None
    contacts_appear_after: Annotated[float, msgspec.Meta(ge=0)] | None = None


def scene_routes(simulator: Simulator) -> list[Route]:
    """All of them."""
    return [
        *_workspace_routes(simulator),
        *_label_routes(simulator),
        *(route(f"/{plural}", _seed_endpoint(simulator, kind), "POST") for kind, plural in _PLURALS.items()),
        route("/contacts/{id}/merge", _merge_endpoint(simulator), "POST"),
    ]


def _workspace_routes(simulator: Simulator) -> list[Route]:
    async def reset(_: Request) -> Response:
        await simulator.reset()
        return answer({})

    async def state(_: Request) -> Response:
        return answer(_state(simulator.workspace))

    async def admins(request: Request) -> Response:
        seed = await read(request, SeedAdmin)
        simulator.workspace.admins[seed.id] = Admin(seed.id, seed.name, seed.email)
        return answer({"id": seed.id})

    async def teams(request: Request) -> Response:
        seed = await read(request, SeedTeam)
        simulator.workspace.teams[seed.id] = Team(seed.id, seed.name, seed.admin_ids)
        return answer({"id": seed.id})

    async def workspace(request: Request) -> Response:
        return answer(_set(simulator.workspace, await read(request, Ways)))

    async def population(request: Request) -> Response:
        wanted = await read(request, Population)
        size = Size(wanted.conversations, wanted.tickets, wanted.contacts, wanted.companies)
        simulator.populate(size, seed=simulator.settings.seed if wanted.seed is None else wanted.seed, now=wanted.now)
        return answer(dict(Counter(_PLURALS[kind] for kind, _ in simulator.workspace.objects)))

    return [
        route("/reset", reset, "POST"),
        route("/population", population, "POST"),
        route("/state", state, "GET"),
        route("/admins", admins, "POST"),
        route("/teams", teams, "POST"),
        route("/workspace", workspace, "POST"),
    ]


def _label_routes(simulator: Simulator) -> list[Route]:
    async def tags(request: Request) -> Response:
        seed = await read(request, SeedTag)
        tag, created = simulator.workspace.find_or_create_tag(seed.name)
        for name in seed.segments:
            place_segment(simulator.workspace, SeedSegment(name, tags=(tag.name,)), now=int(simulator.clock()))
        return answer({"id": tag.id, "name": tag.name, "created": created})

    async def segments(request: Request) -> Response:
        seed = await read(request, SeedSegment)
        return answer({"id": place_segment(simulator.workspace, seed, now=int(simulator.clock())).id})

    return [route("/tags", tags, "POST"), route("/segments", segments, "POST")]


def _seed_endpoint(simulator: Simulator, kind: Kind) -> Endpoint:
    async def seed_object(request: Request) -> Response:
        seed = await read(request, Seed)
        now = int(simulator.clock())
        tagged = place(simulator.workspace, kind, seed, app_id=simulator.settings.app_id, now=now)
        return answer(_tagged(simulator.workspace, tagged))

    return seed_object


def _merge_endpoint(simulator: Simulator) -> Endpoint:
    async def merge(request: Request) -> Response:
        into = (await read(request, Merge)).into
        survivor = simulator.workspace.merge_contacts(request.path_params["id"], into, now=int(simulator.clock()))
        return answer(_tagged(simulator.workspace, survivor))

    return merge


def _set(workspace: Workspace, ways: Ways) -> dict[str, Any]:
    if ways.timezone is not None and ways.timezone not in available_timezones():
        raise ValueError(f"there is no time zone {ways.timezone!r}")
    workspace.timezone = ways.timezone or workspace.timezone
    if ways.contacts_appear_after is not None:
        workspace.contacts_appear_after = ways.contacts_appear_after
    return {"timezone": workspace.timezone, "contacts_appear_after": workspace.contacts_appear_after}


def _state(workspace: Workspace) -> dict[str, Any]:
    objects: dict[str, dict[str, Any]] = {plural: {} for plural in _PLURALS.values()}
    for tagged in workspace.objects.values():
        objects[_PLURALS[tagged.kind]][tagged.id] = _tagged(workspace, tagged)
    return {
        "admins": list(workspace.admins.values()),
        "teams": list(workspace.teams.values()),
        "tags": list(workspace.tags.values()),
        "segments": list(workspace.segments.values()),
        **objects,
    }


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
