"""From what REST says of an object to what a notification about it carries, in the shape of 2.10.

https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.payloads import conversation as conversations
from simulator.payloads import ticket as tickets
from simulator.payloads.times import iso_offset, iso_utc

Item = Mapping[str, Any]

_SHOWN = 10
"""So many tags are listed with a contact; the rest is behind their `url`."""


class NothingToTell(Exception):
    """The objects at hand lack what a topic tells of; the message says what."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notification is about, each as REST has it.

    `tags` are on the object, in Intercom's words for a tag; `contact` is the other half of a pair, `tag` the tag of a
    tag event, `merged` the id of a contact that is gone.
    """

    item: Item
    tags: Sequence[Item] = ()
    contact: Item | None = None
    tag: Item | None = None
    merged: str | None = None


def notified(topic: str, subject: Subject) -> Item:
    """The `data.item` of a notification.

    Raises `NothingToTell` for a topic that is none of `TOPICS`, and where the subject lacks what the topic tells of.
    """
    build = TOPICS.get(topic)
    if build is None:
        raise NothingToTell(f"no notification is known of the topic {topic}")
    return build(subject)


def kind_of(topic: str) -> str:
    """Which kind of object a topic is about."""
    return topic.partition(".")[0].removesuffix("_part")


def _conversation(subject: Subject) -> Item:
    return _conversation_with(subject, ())


def _conversation_and_newest(subject: Subject) -> Item:
    return _conversation_with(subject, [_newest(_conversation_parts(subject), "conversation")])


def _conversation_and_all(subject: Subject) -> Item:
    return _conversation_with(subject, _conversation_parts(subject))


def _tagged_conversation(subject: Subject) -> Item:
    # Which of Intercom's own keys tells the new tag is not known for sure, so this one tells all of them and no other.
    return _conversation_with(subject, _conversation_parts(subject)[-1:])


def _conversation_with(subject: Subject, parts: Sequence[Item]) -> Item:
    tags = {"type": "tag.list", "tags": list(subject.tags)}
    return {**conversations.as_notified(subject.item, parts), "tags": tags}


def _conversation_parts(subject: Subject) -> Sequence[Item]:
    parts: Sequence[Item] = subject.item.get("conversation_parts", {}).get("conversation_parts", ())
    return parts


def _conversation_and_contact(subject: Subject) -> Item:
    item = subject.item
    model = {
        "app_id": 2_201_001,
        "id": int(item["id"]),
        "created_at": iso_utc(item["created_at"]),
        "updated_at": iso_utc(item["updated_at"]),
        "company_id": "-1",
        "message_type": "conversation",
        "read": item["read"],
        "deleted": False,
    }
    part = {"id": int(item["id"]) + 1, "conversation_id": int(item["id"]), "body": "", "json_blocks": "[]"}
    part |= {"data": json.dumps({"participant": {"type": "user", "id": _other(subject)["id"]}})}
    internal = {"parts": [part], "options": {"expand_for_notification": True}, "model": model}
    return {"conversation": internal, "contact": _contact(_of_contact(subject))}


def _ticket(subject: Subject) -> Item:
    return subject.item


def _ticket_and_part(subject: Subject) -> Item:
    return tickets.with_part(subject.item, _newest(subject.item["ticket_parts"]["ticket_parts"], "ticket"))


def _closed_ticket(subject: Subject) -> Item:
    return tickets.as_closed(subject.item, {} if subject.contact is None else {subject.contact["id"]: subject.contact})


def _ticket_and_contact(subject: Subject) -> Item:
    item = subject.item
    kind = item["ticket_type"]
    old = {
        "type": "ticket",
        "id": int(item["id"]),
        "url": f"https://app.intercom.example.com/tickets/{item['id']}",
        "custom_attributes": {
            name: {"value": value, "type": "string"} for name, value in item["ticket_attributes"].items()
        },
        "state": item["ticket_state"],
        "ticket_type": kind["name"],
        "ticket_type_description": kind["description"],
        "ticket_type_emoji": kind["icon"],
        "ticket_custom_state_admin_label": item["ticket_state_internal_label"],
        "ticket_custom_state_user_label": item["ticket_state_external_label"],
    }
    return {"ticket": old, "contact": _contact(_of_contact(subject))}


def _contact(subject: Subject) -> Item:
    tags = [{"id": tag["id"], "type": "tag", "url": f"/tags/{tag['id']}"} for tag in subject.tags]
    listed = {
        "type": "list",
        "data": tags[:_SHOWN],
        "url": f"/contacts/{subject.item['id']}/tags",
        "total_count": len(tags),
        "has_more": len(tags) > _SHOWN,
    }
    return {**_with_iso_times(subject.item), "tags": listed}


def _merged_contact(subject: Subject) -> Item:
    if subject.merged is None:
        raise NothingToTell("contact.merged tells of a contact that is gone; none is named")
    return {**_contact(subject), "merged_from": {"type": "contact", "id": subject.merged}}


def _contact_tag(subject: Subject) -> Item:
    if subject.tag is None:
        raise NothingToTell("this topic tells of a tag; none is named")
    tag = {"type": "tag", "id": subject.tag["id"], "name": subject.tag["name"]}
    return {"type": "contact_tag", "tag": tag, "contact": _contact(subject)}


def _company(subject: Subject) -> Item:
    kept = {key: value for key, value in subject.item.items() if key not in {"tags", "segments"}}
    return {**_with_iso_times(kept), "tag_ids": [tag["id"] for tag in subject.tags]}


def _company_and_contact(subject: Subject) -> Item:
    company = dict(_company(subject))
    plan = company.pop("plan", None)
    company["plan_id"] = plan.get("id") if plan else None
    return {"company": company, "contact": _contact(_of_contact(subject))}


def _of_contact(subject: Subject) -> Subject:
    return Subject(_other(subject))


def _other(subject: Subject) -> Item:
    if subject.contact is None:
        raise NothingToTell("this topic tells of a contact, too; none is named")
    return subject.contact


def _newest(parts: Sequence[Item], kind: str) -> Item:
    if not parts:
        raise NothingToTell(f"this topic tells of a part; the {kind} has none")
    return parts[-1]


def _with_iso_times(item: Item) -> dict[str, Any]:
    return {key: _iso(value) if key.endswith("_at") else value for key, value in item.items()}


def _iso(value: object) -> object:
    return value if isinstance(value, bool) or not isinstance(value, int | float) else iso_offset(value)


TOPICS: Mapping[str, Callable[[Subject], Item]] = {
    "conversation.user.created": _conversation,
    "conversation.admin.single.created": _conversation,
    "conversation.rating.added": _conversation,
    "conversation.company.updated": _conversation,
    "conversation.read": _conversation_and_all,
    **dict.fromkeys(
        (
            "conversation.user.replied",
            "conversation.admin.replied",
            "conversation.operator.replied",
            "conversation.admin.noted",
            "conversation.admin.assigned",
            "conversation.admin.open.assigned",
            "conversation.admin.closed",
            "conversation.admin.opened",
            "conversation.admin.snoozed",
            "conversation.admin.unsnoozed",
            "conversation.priority.updated",
            "conversation_part.redacted",
        ),
        _conversation_and_newest,
    ),
    "conversation_part.tag.created": _tagged_conversation,
    "conversation.contact.attached": _conversation_and_contact,
    "conversation.contact.detached": _conversation_and_contact,
    "ticket.created": _ticket,
    "ticket.state.updated": _ticket,
    "ticket.resolved": _ticket,
    "ticket.rating.provided": _ticket,
    **dict.fromkeys(
        (
            "ticket.contact.replied",
            "ticket.admin.replied",
            "ticket.note.created",
            "ticket.attribute.updated",
            "ticket.admin.assigned",
            "ticket.team.assigned",
        ),
        _ticket_and_part,
    ),
    "ticket.closed": _closed_ticket,
    "ticket.contact.attached": _ticket_and_contact,
    "ticket.contact.detached": _ticket_and_contact,
    **dict.fromkeys(
        (
            "contact.user.created",
            "contact.lead.created",
            "contact.user.updated",
            "contact.lead.updated",
            "contact.email.updated",
            "contact.lead.added_email",
            "contact.lead.signed_up",
            "contact.archived",
            "contact.unarchive",
        ),
        _contact,
    ),
    "contact.merged": _merged_contact,
    "contact.user.tag.created": _contact_tag,
    "contact.user.tag.deleted": _contact_tag,
    "contact.lead.tag.created": _contact_tag,
    "contact.lead.tag.deleted": _contact_tag,
    "company.created": _company,
    "company.updated": _company,
    "company.contact.attached": _company_and_contact,
    "company.contact.detached": _company_and_contact,
}
"""Every topic that can lead to a decision about what gets tagged."""
