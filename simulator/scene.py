"""Objects that are there before anything happens."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from simulator.documents.company import company_item
from simulator.documents.contact import contact_item
from simulator.payloads.conversation import conversation, source
from simulator.payloads.people import Customer
from simulator.payloads.ticket import ticket
from simulator.workspace.objects import Kind, Tagged
from simulator.workspace.segments import Segment
from simulator.workspace.state import Workspace
from simulator.workspace.tags import Applied

_CUSTOMER = Customer("66f0aa10b2c3d4e5f6a70801", "Ada Quist", "ada@atelier.example.com", "atelier-17")
_Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
_Name = Annotated[str, msgspec.Meta(min_length=1)]


class Seed(msgspec.Struct, forbid_unknown_fields=True):
    """An object to make known: tags by name (created when new), and the fields of its REST answer that differ.

    `companies` are ids of known companies that a contact belongs to.
    """

    id: _Id
    tags: tuple[_Name, ...] = ()
    item: dict[str, Any] = {}
    companies: tuple[str, ...] = ()


class SeedSegment(msgspec.Struct, forbid_unknown_fields=True):
    """A segment to make known: whoever has one of `tags` (names, created when new) is in it, and so are `members`."""

    name: _Name
    id: _Id | None = None
    tags: tuple[_Name, ...] = ()
    members: frozenset[str] = frozenset()
    person_type: Literal["contact", "user"] = "user"


def place(workspace: Workspace, kind: Kind, seed: Seed, *, app_id: str, now: int) -> Tagged:
    """Make an object known, with exactly these tags, put there by the workspace's owner at `now` (Unix seconds).

    Raises ValueError for companies that are not known, or of what is no contact.
    """
    unknown = [one for one in seed.companies if kind != "contact" or ("company", one) not in workspace.objects]
    if unknown:
        raise ValueError(f"{kind} {seed.id} cannot belong to {', '.join(unknown)}")
    item = {**_plain(kind, seed.id, app_id, now), **seed.item}
    tagged = workspace.put(kind, seed.id, item, now=now)
    tagged.companies = seed.companies
    tagged.tags = {workspace.find_or_create_tag(name)[0].id: Applied(now, workspace.owner.id) for name in seed.tags}
    return tagged


def place_segment(workspace: Workspace, seed: SeedSegment, *, now: int) -> Segment:
    """Make a segment known."""
    segment_id = seed.id or f"66f1{len(workspace.segments):020x}"
    tag_ids = tuple(workspace.find_or_create_tag(name)[0].id for name in seed.tags)
    segment = Segment(segment_id, seed.name, now, seed.person_type, tag_ids, seed.members)
    workspace.segments[segment_id] = segment
    return segment


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
            someone = Customer(object_id, "Ada Quist", "ada@atelier.example.com")
            return contact_item(someone, app_id=app_id, created_at=now)
        case "company":
            return company_item(object_id, f"own-{object_id}", "Atelier Quist", app_id=app_id, created_at=now)
