"""Contacts, as a notification carries them: their times are ISO 8601, their tags ids only.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/contacts/contact
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from simulator.payloads.people import Customer
from simulator.payloads.times import iso_offset

_UNKNOWN = (
    "signed_up_at",
    "last_seen_at",
    "last_replied_at",
    "last_contacted_at",
    "last_email_opened_at",
    "last_email_clicked_at",
    "language_override",
    "browser",
    "browser_version",
    "browser_language",
    "os",
)
_APPS = tuple(
    f"{system}_{name}"
    for system in ("android", "ios")
    for name in ("app_name", "app_version", "device", "os_version", "sdk_version", "last_seen_at")
)
_CAMPAIGN = ("utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term", "referrer")
_LISTS = {
    "notes": "notes",
    "companies": "companies",
    "opted_out_subscription_types": "subscriptions",
    "opted_in_subscription_types": "subscriptions",
}


def contact(
    customer: Customer,
    *,
    app_id: str,
    created_at: float,
    updated_at: float,
    tag_ids: Sequence[str] = (),
    attributes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A contact; times are Unix seconds."""
    return {
        "type": "contact",
        "id": customer.id,
        "workspace_id": app_id,
        "external_id": customer.external_id,
        "role": customer.role,
        "email": customer.email,
        "phone": None,
        "name": customer.name,
        "avatar": None,
        "owner_id": None,
        "social_profiles": {"type": "list", "data": []},
        "has_hard_bounced": False,
        "marked_email_as_spam": False,
        "unsubscribed_from_emails": False,
        "created_at": iso_offset(created_at),
        "updated_at": iso_offset(updated_at),
        **dict.fromkeys(_UNKNOWN),
        "location": {"type": "location", **asdict(customer.place)},
        **dict.fromkeys(_APPS),
        "custom_attributes": dict(attributes or {}),
        "tags": _addressed(customer.id, "tags", [_tag(tag_id) for tag_id in tag_ids]),
        **{name: _addressed(customer.id, path, []) for name, path in _LISTS.items()},
        **dict.fromkeys(_CAMPAIGN),
        "sms_consent": False,
        "unsubscribed_from_sms": False,
    }


def contact_tag(contact_item: Mapping[str, Any], tag_id: str, name: str) -> dict[str, Any]:
    """What the topics about one tag of a contact carry."""
    return {
        "type": "contact_tag",
        "tag": {"type": "tag", "id": tag_id, "name": name},
        "contact": dict(contact_item),
    }


def _tag(tag_id: str) -> dict[str, str]:
    return {"id": tag_id, "type": "tag", "url": f"/tags/{tag_id}"}


def _addressed(contact_id: str, path: str, data: list[dict[str, str]]) -> dict[str, Any]:
    url = f"/contacts/{contact_id}/{path}"
    return {"type": "list", "data": data, "url": url, "total_count": len(data), "has_more": False}
