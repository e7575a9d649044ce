"""One notification about an object that the workspace knows, on demand."""

from typing import Annotated, cast

import msgspec

from simulator.documents.contact import contact_document
from simulator.payloads import tag as tag_document
from simulator.payloads.notified import Item, NothingToTell, Subject, kind_of, notified
from simulator.payloads.versions import PayloadVersion
from simulator.webhooks.notifier import Address
from simulator.workspace.objects import Kind, Tagged
from simulator.workspace.state import Workspace


class Telling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to tell whom, as `POST /_simulator/notify` takes it.

    `id` is that of the object that the topic is about; `contact` that of the other half of a pair, `tag` the name of
    the tag of a tag event, `merged` the id of a contact that is gone.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://[^/]")]
    topic: str
    id: str
    contact: str | None = None
    tag: str | None = None
    merged: str | None = None
    version: PayloadVersion | None = None
    time_scale: Annotated[float, msgspec.Meta(gt=0)] = 1.0

    def address(self) -> Address:
        """Where it goes."""
        return Address(self.url, self.version, self.time_scale)


def item_of(workspace: Workspace, telling: Telling) -> Item:
    """The `data.item` in the shape of 2.10.

    Raises `NothingToTell` where the workspace does not know what the topic tells of.
    """
    tag = None
    if telling.tag is not None:
        found, _ = workspace.find_or_create_tag(telling.tag)
        tag = tag_document.tag(found.id, found.name)
    told = _known(workspace, kind_of(telling.topic), telling.id)
    contact = None if telling.contact is None else as_kept(_known(workspace, "contact", telling.contact))
    return notified(telling.topic, Subject(as_kept(told), workspace.tags_on(told), contact, tag, telling.merged))


def as_kept(tagged: Tagged) -> Item:
    """What REST says of an object, a contact's companies too."""
    return contact_document(tagged) if tagged.kind == "contact" else tagged.item


def _known(workspace: Workspace, kind: str, object_id: str) -> Tagged:
    found = workspace.objects.get((cast(Kind, kind), object_id))
    if found is None:
        raise NothingToTell(f"no {kind} {object_id} is known here")
    return found
