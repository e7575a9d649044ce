"""Segments.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/segments/segment
"""

from typing import Any

from simulator.workspace.segments import Segment
from simulator.workspace.state import Workspace


def segment_document(segment: Segment) -> dict[str, Any]:
    """A segment."""
    return {
        "type": "segment",
        "id": segment.id,
        "name": segment.name,
        "created_at": segment.created_at,
        "updated_at": segment.created_at,
        "person_type": segment.person_type,
    }


def counted(workspace: Workspace, segment: Segment) -> dict[str, Any]:
    """A segment, and how many contacts are in it."""
    return segment_document(segment) | {"count": sum(map(segment.holds, workspace.every("contact")))}
