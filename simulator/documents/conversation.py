"""Conversations, as REST shows them.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/conversation
"""

from collections.abc import Mapping
from typing import Any

from simulator.payloads.plain_text import plain_text
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace

MOST_PARTS = 500
"""Of longer conversations only the newest parts are shown."""


def conversation_document(workspace: Workspace, conversation: Tagged, *, plain: bool = False) -> dict[str, Any]:
    """A conversation with its newest parts; `plain` turns its HTML into text."""
    document = _with_tags(workspace, conversation)
    parts = document.get("conversation_parts")
    if parts is not None:
        newest = parts["conversation_parts"][-MOST_PARTS:]
        shown = [_plain(part) for part in newest] if plain else newest
        document["conversation_parts"] = {**parts, "conversation_parts": shown}
    if plain and "source" in document:
        document["source"] = _plain(document["source"])
    return document


def found_document(workspace: Workspace, conversation: Tagged) -> dict[str, Any]:
    """A conversation as search shows it, without parts."""
    document = _with_tags(workspace, conversation)
    document.pop("conversation_parts", None)
    return document


def _with_tags(workspace: Workspace, conversation: Tagged) -> dict[str, Any]:
    return {**conversation.item, "tags": {"type": "tag.list", "tags": workspace.tags_on(conversation)}}


def _plain(message: Mapping[str, Any]) -> Mapping[str, Any]:
    body = message.get("body")
    return message if body is None else {**message, "body": plain_text(body)}
