"""Objects that are there before anything happens."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from simulator.payloads.conversation import conversation, source
from simulator.payloads.people import Customer
from simulator.payloads.ticket import ticket
from simulator.workspace import Applied, Kind, Tagged, Workspace

_CUSTOMER = Customer("66f0aa10b2c3d4e5f6a70801", "Ada Quist", "ada@atelier.example.com", "atelier-17")


class Seed(msgspec.Struct, forbid_unknown_fields=True):
    """An object to make known: tags by name (created when new), and the fields of its REST answer that differ."""

    id: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
    tags: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] = ()
    item: dict[str, Any] = {}


def place(workspace: Workspace, kind: Kind, seed: Seed, *, app_id: str, now: int) -> Tagged:
    """Make an object known, with exactly these tags, put there by the workspace's owner at `now` (Unix seconds)."""
    item = {**_plain(kind, seed.id, app_id, now), **seed.item}
    tagged = workspace.put(kind, seed.id, item)
    tagged.tags.clear()
    for name in seed.tags:
        tag, _ = workspace.find_or_create_tag(name)
        workspace.attach(tagged, tag.id, Applied(now, workspace.owner.id))
    return tagged


def _plain(kind: Kind, object_id: str, app_id: str, now: int) -> Mapping[str, Any]:
    match kind:
        case "conversation":
            opened_by = source("3391000001", _CUSTOMER.author(), "<p>Hello, is anyone there?</p>")
            return conversation(object_id, created_at=now, opened_by=opened_by, customer=_CUSTOMER)
        case "ticket":
            return ticket(
                object_id,
                object_id[-5:],
                app_id=app_id,
                title="A question",
                description="How does this work?",
                created_at=now,
                customer=_CUSTOMER,
            )
        case "contact":
            return {"type": "contact", "id": object_id}
