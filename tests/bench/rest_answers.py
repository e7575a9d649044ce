"""What the stub answers, by what it is asked: to a tag that was put on, a conversation, a page of a search."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from tests.bench.bodies import item

Asked = Literal["tag", "conversation", "page"]

_NOW = 1_760_000_000
_WORDS = "since the update our export shows an odd total and nobody can tell why. "


def _conversation(size: int) -> dict[str, Any]:
    """A conversation of `size` bytes, give or take a sentence."""
    empty = len(json.dumps(item("", _NOW)))
    return item(_WORDS * max(0, (size - empty) // len(_WORDS)), _NOW)


def _page() -> dict[str, Any]:
    pages = {"type": "pages", "next": {"per_page": 150, "starting_after": "WzE3NjAwMDAwMDAwMDBd"}, "page": 1}
    listed = [_conversation(3_000)] * 150
    return {"type": "conversation.list", "pages": pages, "total_count": 5_000, "conversations": listed}


_TAG = {
    "type": "tag",
    "id": "81",
    "name": "billing/refund",
    "applied_at": _NOW,
    "applied_by": {"type": "admin", "id": "5017001"},
}

_DOCUMENTS: Mapping[Asked, Any] = {"tag": _TAG, "conversation": _conversation(30_000), "page": _page()}

BODIES: Mapping[Asked, bytes] = {
    asked: json.dumps(document, separators=(",", ":")).encode() for asked, document in _DOCUMENTS.items()
}
