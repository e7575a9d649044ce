"""A contact's fields: of a whole contact, or as far as a conversation or ticket tells.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/contacts/contact
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from facts import author, leaf, record, tags
from facts.record import Reading, row
from facts.times import moment
from rules.language.values import Value

_ROWS: Final = (
    row("contact.id", leaf.identifier, "id"),
    row("contact.external_id", leaf.identifier, "external_id"),
    row("contact.name", leaf.text, "name"),
    row("contact.email", leaf.text, "email"),
    row("contact.email_domain", leaf.text, "email_domain"),
    row("contact.email_domain", leaf.domain, "email"),
    row("contact.phone", leaf.text, "phone"),
    row("contact.role", leaf.text, "role"),
    row("contact.location.country", leaf.text, "location", "country"),
    row("contact.location.region", leaf.text, "location", "region"),
    row("contact.location.city", leaf.text, "location", "city"),
    row("contact.language", leaf.text, "language_override"),
    row("contact.language", leaf.text, "browser_language"),
    row("contact.browser", leaf.text, "browser"),
    row("contact.os", leaf.text, "os"),
    row("contact.owner", leaf.identifier, "owner_id"),
    row("contact.created_at", moment, "created_at"),
    row("contact.signed_up_at", moment, "signed_up_at"),
    row("contact.last_seen_at", moment, "last_seen_at"),
    row("contact.last_replied_at", moment, "last_replied_at"),
    row("contact.unsubscribed", leaf.flag, "unsubscribed_from_emails"),
    row("contact.bounced", leaf.flag, "has_hard_bounced"),
    row("contact.spam", leaf.flag, "marked_email_as_spam"),
)
_LISTED: Final = tuple(way for way in _ROWS if way.path in {"contact.external_id", "contact.role"})
_AUTHOR: Final = tuple(way for way in _ROWS if way.keys in {("name",), ("email",)})

_ROLES: Final = ("user", "lead")


def read(contact: Mapping[str, Any]) -> Reading:
    """The fields of a whole contact. Its tags, at most ten, are listed by id alone, its segments not at all."""
    unnamed = {"contact.segments"}
    ids = tags.present("contact", {"contact": contact})
    if ids is None:
        unnamed.add(tags.CONTACT_TAG_IDS)
    if ids != frozenset():
        unnamed.add("contact.tags")
    attributes = record.attributes("contact", contact, "custom_attributes")
    return record.merged((record.read(contact, _ROWS), attributes, Reading(not_fetched=unnamed)))


def concerned(item: Mapping[str, Any], writer: Mapping[str, Any], authors: Iterable[Mapping[str, Any]]) -> Reading:
    """What a conversation or ticket tells of the contact it is about, and of that contact's company.

    That is `writer` of the message if a customer, else the first contact listed. `authors` are those whose names and
    addresses the item gives.
    """
    contacts = leaf.inner(item, "contacts", "contacts")
    listed = [entry for entry in leaf.objects(contacts) if leaf.identifier(entry.get("id"))]
    ids = [leaf.identifier(entry.get("id")) for entry in listed]
    contact_id = author.customer_id(writer) or next(iter(ids), None)
    if contact_id is None:
        return Reading() if contacts == [] else Reading(not_fetched={"contact", "company"})
    values = record.known(listed[ids.index(contact_id)], _LISTED) if contact_id in ids else {}
    for one in authors:
        if author.customer_id(one) == contact_id:
            values = _of_author(one) | values
    return Reading({**values, "contact.id": contact_id}, {"contact", "company"})


def _of_author(one: Mapping[str, Any]) -> dict[str, Value]:
    values = record.known(one, _AUTHOR)
    if one.get("type") in _ROLES:
        values["contact.role"] = one["type"]
    return values
