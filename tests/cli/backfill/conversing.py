"""What there was before a backfill, and what it did."""

import time
from collections import Counter

from tests.cli.inbox import Inbox

ADA = {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11", "name": "Ada", "email": "ada@example.com"}
HOUR = 3_600


async def converse(inbox: Inbox, number: int, *bodies: str, ago: int = HOUR) -> None:
    """A conversation in which a customer then wrote this."""
    at = int(time.time()) - ago
    parts = [
        {
            "type": "conversation_part",
            "id": f"{number}{place:02}",
            "part_type": "comment",
            "body": f"<p>{body}</p>",
            "created_at": at + place,
            "author": ADA,
        }
        for place, body in enumerate(bodies)
    ]
    listed = {"type": "conversation_part.list", "conversation_parts": parts, "total_count": len(parts)}
    await inbox.put(
        "conversation",
        str(number),
        created_at=at - HOUR,
        updated_at=at + len(bodies),
        conversation_parts=listed,
    )


async def attached(inbox: Inbox) -> Counter[str]:
    """How often a tag was put on each object."""
    calls = [call for call in await inbox.calls() if call.startswith("POST ") and call.endswith("/tags")]
    return Counter(call.split("/")[2] for call in calls)
