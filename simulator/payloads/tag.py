"""Tags.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags/tag
"""

from typing import Any


def tag(tag_id: str, name: str) -> dict[str, Any]:
    """A tag by itself."""
    return {"type": "tag", "id": tag_id, "name": name}


def applied_tag(tag_id: str, name: str, *, applied_at: int, applied_by: str) -> dict[str, Any]:
    """A tag on an object: since when (Unix seconds) and by which admin."""
    by = {"type": "admin", "id": applied_by}
    return {**tag(tag_id, name), "applied_at": applied_at, "applied_by": by}
