"""Companies, as REST shows them: their times are Unix seconds, their tags have names.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/companies/company
"""

from collections.abc import Mapping
from typing import Any

from simulator.documents.segment import segment_document
from simulator.documents.tag import tag_document
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace


def company_item(
    company_id: str,
    own_id: str,
    name: str,
    *,
    app_id: str,
    created_at: int,
    changes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What is kept of a company; `own_id` is the customer's own id for it, `changes` what differs from a new one."""
    item: dict[str, Any] = {
        "type": "company",
        "company_id": own_id,
        "id": company_id,
        "app_id": app_id,
        "name": name,
        "remote_created_at": created_at,
        "created_at": created_at,
        "updated_at": created_at,
        "monthly_spend": 0,
        "session_count": 0,
        "user_count": 0,
        "plan": {},
        "custom_attributes": {},
    }
    return item | dict(changes or {})


def company_document(workspace: Workspace, company: Tagged) -> dict[str, Any]:
    """A company."""
    tags = [tag_document(workspace.tags[tag_id]) for tag_id in company.tags]
    segments = [segment_document(segment) for segment in workspace.segments_of(company)]
    return {
        **company.item,
        "tags": {"type": "tag.list", "tags": tags},
        "segments": {"type": "segment.list", "segments": segments},
    }
