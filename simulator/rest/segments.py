"""`/segments`.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/segments
"""

from simulator.documents.segment import counted, segment_document
from simulator.errors import resource_not_found
from simulator.rest.request import Answer, Request, ok
from simulator.workspace.state import Workspace


def answer(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/segments`."""
    match request.method, request.steps[1:]:
        case "GET", []:
            count = request.query.get("include_count") == "true"
            segments = workspace.segments.values()
            shown = [counted(workspace, segment) if count else segment_document(segment) for segment in segments]
            return ok({"type": "segment.list", "segments": shown})
        case "GET", [segment_id]:
            segment = workspace.segments.get(segment_id)
            if segment is None:
                raise resource_not_found()
            return ok(segment_document(segment))
        case _:
            raise resource_not_found()
