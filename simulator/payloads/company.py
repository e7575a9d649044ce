"""Companies, as a notification carries them: their times are ISO 8601, their tags ids only.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/companies/company
"""

from typing import Any

from simulator.payloads.times import iso_offset


def company(company_id: str, own_id: str, name: str | None, *, app_id: str, created_at: float) -> dict[str, Any]:
    """A company: `own_id` is the customer's own id for it; `created_at` is in Unix seconds."""
    return {
        "type": "company",
        "id": company_id,
        "name": name,
        "app_id": app_id,
        "plan": None,
        "company_id": own_id,
        "remote_created_at": None,
        "created_at": iso_offset(created_at),
        "updated_at": iso_offset(created_at),
        "last_request_at": None,
        "size": None,
        "website": None,
        "industry": None,
        "monthly_spend": 0,
        "session_count": 0,
        "user_count": 0,
        "custom_attributes": {},
        "tag_ids": [],
    }
