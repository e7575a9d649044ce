"""Tags by themselves.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags/tag
"""

from typing import Any

from simulator.payloads import tag as payload
from simulator.workspace.tags import Tag


def tag_document(tag: Tag) -> dict[str, Any]:
    """A tag, without saying where it is."""
    return payload.tag(tag.id, tag.name)
