"""The notification that Intercom sends when a tag was put on something, or taken off, through the API.

There is one for a tag put on a conversation, and for contacts both ways. There is none for a tag taken off a
conversation, nor for tickets and companies: https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

from collections.abc import Mapping
from typing import Any

from simulator.payloads import tag as tag_document
from simulator.payloads.notified import Item, Subject, notified
from simulator.webhooks.telling import as_kept
from simulator.workspace.objects import Tagged, Tagging
from simulator.workspace.state import Workspace


def echo(workspace: Workspace, tagging: Tagging) -> tuple[str, Item] | None:
    """Topic and `data.item` in the shape of 2.10, as things are now; None if Intercom says nothing.

    Neither says who did it.
    """
    tagged = tagging.tagged
    tag = tag_document.tag(tagging.tag.id, tagging.tag.name)
    match tagged.kind, tagging.on:
        case "conversation", True:
            topic = "conversation_part.tag.created"
        case "contact", _:
            topic = f"contact.{tagged.item.get('role', 'user')}.tag.{'created' if tagging.on else 'deleted'}"
        case _:
            return None
    return topic, notified(topic, Subject(as_kept(tagged), _tags(workspace, tagged), tag=tag))


def _tags(workspace: Workspace, tagged: Tagged) -> list[Mapping[str, Any]]:
    tags = (workspace.tags[tag_id] for tag_id in tagged.tags)
    return [tag_document.tag(tag.id, tag.name) for tag in tags]
