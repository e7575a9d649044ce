"""Contacts, as REST shows them: their times are Unix seconds, their tags and companies ids only, ten at most.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/contacts/contact
"""

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.payloads.contact import contact as notified_contact
from simulator.payloads.people import Customer
from simulator.workspace.objects import Tagged

SHOWN = 10
"""So many tags, and so many companies, are shown with a contact; the rest is behind their `url`."""


def contact_item(
    customer: Customer,
    *,
    app_id: str,
    created_at: int,
    updated_at: int | None = None,
    attributes: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What is kept of a contact; times are Unix seconds, `changes` whatever differs from one just made."""
    touched = created_at if updated_at is None else updated_at
    notified = notified_contact(
        customer, app_id=app_id, created_at=created_at, updated_at=touched, attributes=attributes
    )
    kept = {name: value for name, value in notified.items() if name not in _NOTIFIED_ONLY}
    domain = {"email_domain": customer.email.partition("@")[2]}
    return kept | domain | {"created_at": created_at, "updated_at": touched} | dict(changes or {})


def contact_document(contact: Tagged) -> dict[str, Any]:
    """A contact."""
    return {
        **contact.item,
        "tags": _addressed(contact.id, "tags", "tag", contact.tags),
        "companies": _addressed(contact.id, "companies", "company", contact.companies),
    }


_NOTIFIED_ONLY = {"sms_consent", "unsubscribed_from_sms"}


def _addressed(contact_id: str, path: str, kind: str, ids: Iterable[str]) -> dict[str, Any]:
    found = list(ids)
    data = [{"type": kind, "id": one, "url": f"/{path}/{one}"} for one in found[:SHOWN]]
    url = f"/contacts/{contact_id}/{path}"
    return {"type": "list", "data": data, "url": url, "total_count": len(found), "has_more": len(found) > SHOWN}
