"""Objects as REST has them, in every state that rules can ask for, and what must be known of each.

What must be known is read from the REST object here, field by field and by itself.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulator.cast import BOT, TEAMMATES, Cast
from simulator.payloads import conversation as conversations
from simulator.payloads import ticket as tickets
from simulator.payloads.contact import contact as notified_contact
from simulator.payloads.notified import Subject
from simulator.payloads.people import Customer
from simulator.payloads.plain_text import plain_text
from simulator.stories.messages import PROBLEMS, SHARED_MESSAGES, TEAMMATES_MESSAGES

APP_ID = "q4mx81zt"
NOW = 1_795_355_110

TAGS = tuple({"type": "tag", "id": str(7_712_001 + place), "name": f"tag {place}"} for place in range(12))

Known = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """A subject, and what must be known of it by its REST documents alone; None is missing."""

    subject: Subject
    known: Known


def stored(kind: str, seed: int) -> Stored:
    """An object of that kind."""
    rng = random.Random(seed)
    return _MAKERS[kind](Cast(rng, APP_ID), rng)


def _conversation(cast: Cast, rng: random.Random) -> Stored:
    customer = cast.customer()
    tags = rng.sample(TAGS, rng.randrange(4))
    author = rng.choice((customer, *TEAMMATES, BOT)).author()
    parts = [_part(cast, rng, customer, NOW + 60 * number) for number in range(1, 1 + rng.randrange(1, 4))]
    channel = rng.choice(("conversation", "email", "whatsapp", "sms"))
    subject = rng.choice(("", "A question", "<p>Seats &lt;b</p>"))
    url = rng.choice((None, "https://app.example.com/?a=1&copy=2"))
    opened_by = conversations.source(cast.id(), author, _html(rng), channel=channel, subject=subject, url=url)
    rating = rng.choice((None, {"rating": rng.randrange(1, 6), "remark": rng.choice((None, "", "Slow & rude"))}))
    sla = rng.choice((None, {"type": "sla", "sla_name": "Fast", "sla_status": "missed"}))
    agent = rng.choice((None, {"resolution_state": "routed_to_team", "rating": None}))
    names = rng.sample(("Billing", "Bugs"), rng.randrange(3))
    changes = {
        "state": rng.choice(("open", "closed", "snoozed")),
        "open": rng.random() < 0.5,
        "read": rng.random() < 0.5,
        "priority": rng.choice(("priority", "not_priority")),
        "waiting_since": rng.choice((None, NOW - 30)),
        "snoozed_until": rng.choice((None, NOW + 86_400)),
        "admin_assignee_id": rng.choice((None, 5_017_001)),
        "team_assignee_id": rng.choice((None, 6_100_050)),
        "title": rng.choice(("", "Seats <b")),
        "custom_attributes": rng.choice(({}, {"Language": "German", "Seats": 12, "Gift": True, "Empty": None})),
        "conversation_rating": rating,
        "sla_applied": sla,
        "ai_agent": agent,
        "ai_agent_participated": agent is not None,
        "topics": {"type": "topic.list", "topics": [{"name": name} for name in names], "total_count": len(names)},
    }
    item = conversations.conversation(
        cast.id(), created_at=NOW - 60, opened_by=opened_by, customer=customer, parts=parts, changes=changes
    )
    known = {
        "conversation.id": item["id"],
        "conversation.title": item["title"] or None,
        "conversation.subject": _words(subject),
        "conversation.url": url,
        "conversation.source": channel,
        "conversation.delivered_as": "customer_initiated",
        "conversation.state": item["state"],
        "conversation.priority": item["priority"],
        "conversation.open": item["open"],
        "conversation.read": item["read"],
        "conversation.tags": [tag["name"] for tag in tags] or None,
        "conversation.topics": names or None,
        "conversation.admin_assignee": _text(item["admin_assignee_id"]),
        "conversation.team_assignee": _text(item["team_assignee_id"]),
        "conversation.rating": rating and rating["rating"],
        "conversation.rating_remark": (rating and rating["remark"]) or None,
        "conversation.created_at": _time(NOW - 60),
        "conversation.updated_at": _time(NOW - 60),
        "conversation.waiting_since": _time(item["waiting_since"]),
        "conversation.snoozed_until": _time(item["snoozed_until"]),
        "conversation.ai_agent.participated": item["ai_agent_participated"],
        "conversation.ai_agent.resolution_state": agent and agent["resolution_state"],
        "conversation.sla.name": sla and sla["sla_name"],
        "conversation.sla.status": sla and sla["sla_status"],
        **_attributes("conversation", item["custom_attributes"]),
        "contact.id": customer.id,
        "contact.external_id": customer.external_id,
    }
    return Stored(Subject(item, tags, contact=_rest_contact(cast, rng, cast.customer())), known)


def _ticket(cast: Cast, rng: random.Random) -> Stored:
    customer = cast.customer()
    problem = rng.choice(PROBLEMS)
    parts = [
        tickets.part(cast.id(), "comment", rng.choice((customer, *TEAMMATES)).author(), NOW + number, _html(rng))
        for number in range(rng.randrange(1, 3))
    ]
    title = rng.choice((problem.title, "List<String> & Map<b, c>", ""))
    item = tickets.ticket(
        cast.id(),
        "40217",
        app_id=APP_ID,
        title=title,
        description=problem.description,
        created_at=NOW - 60,
        customer=customer,
        state=rng.choice(("submitted", "in_progress", "waiting_on_customer", "resolved")),
        attributes=rng.choice(({}, {"Severity": "High", "Seats": 2, "Insured": False, "Depot": None})),
        parts=parts,
        updated_at=NOW,
    )
    item |= {
        "admin_assignee_id": rng.choice(("0", "5017001")),
        "team_assignee_id": rng.choice(("0", "6100050")),
        "snoozed_until": rng.choice((None, NOW + 86_400)),
        "is_shared": rng.random() < 0.5,
    }
    own = {name: value for name, value in item["ticket_attributes"].items() if not name.startswith("_default_")}
    known = {
        "ticket.id": item["id"],
        "ticket.title": title or None,
        "ticket.description": problem.description,
        "ticket.type": "Problem",
        "ticket.category": "Customer",
        "ticket.state": item["ticket_state"],
        "ticket.open": item["open"],
        "ticket.shared": item["is_shared"],
        "ticket.admin_assignee": item["admin_assignee_id"],
        "ticket.team_assignee": item["team_assignee_id"],
        "ticket.created_at": _time(NOW - 60),
        "ticket.updated_at": _time(NOW),
        "ticket.snoozed_until": _time(item["snoozed_until"]),
        **_attributes("ticket", own),
        "contact.id": customer.id,
    }
    known_contact = {"id": customer.id, "role": customer.role}
    other = _rest_contact(cast, rng, cast.customer())
    return Stored(Subject(item, rng.sample(TAGS, 2), contact=rng.choice((other, {**other, **known_contact}))), known)


def _contact(cast: Cast, rng: random.Random) -> Stored:
    item = _rest_contact(cast, rng, cast.customer())
    tags = rng.sample(TAGS, rng.choice((0, 0, 1, 11)))
    known = known_contact(item) | {"contact.tags": "not fetched" if tags else None}
    return Stored(Subject(item, tags, tag=TAGS[0], merged=cast.hex_id()), known)


def _company(cast: Cast, rng: random.Random) -> Stored:
    plan = rng.choice((None, {"type": "plan", "id": "1", "name": "Gold"}))
    tags = rng.sample(TAGS, rng.randrange(3))
    item: dict[str, Any] = {
        "type": "company",
        "id": cast.hex_id(),
        "company_id": f"firm-{rng.randrange(100)}",
        "app_id": APP_ID,
        "name": rng.choice((None, "Dovetail <Ltd>")),
        "remote_created_at": None,
        "created_at": NOW - 600,
        "updated_at": NOW,
        "last_request_at": rng.choice((None, NOW - 5)),
        "plan": plan,
        "size": rng.choice((None, 85)),
        "website": rng.choice((None, "https://dovetail.example.com")),
        "industry": rng.choice((None, "Logistics")),
        "monthly_spend": rng.choice((0, 1200.5)),
        "session_count": rng.randrange(3),
        "user_count": rng.randrange(3),
        "custom_attributes": rng.choice(({}, {"Region": "EMEA", "Seats": 3})),
        "tags": {"type": "tag.list", "tags": tags},
        "segments": {"type": "segment.list", "segments": []},
    }
    plain = ("company_id", "name", "size", "website", "industry", "monthly_spend", "session_count", "user_count")
    known = {
        "company.id": item["id"],
        **{f"company.{name}": item[name] for name in plain},
        "company.plan": plan and plan["name"],
        "company.created_at": _time(NOW - 600),
        "company.last_request_at": _time(item["last_request_at"]),
        "company.tags": "not fetched" if tags else None,
        "company.segments": "not fetched",
        **_attributes("company", item["custom_attributes"]),
    }
    return Stored(Subject(item, tags, contact=_rest_contact(cast, rng, cast.customer())), known)


def known_contact(item: Mapping[str, Any]) -> Known:
    """What must be known of a contact by its REST document, without its tags."""
    email = item["email"] or None
    companies = [company["id"] for company in item["companies"]["data"]]
    return {
        "contact.id": item["id"],
        "contact.external_id": item["external_id"],
        "contact.name": item["name"],
        "contact.email": email,
        "contact.email_domain": email and email.split("@")[1],
        "contact.phone": item["phone"],
        "contact.role": item["role"],
        **{f"contact.location.{name}": item["location"][name] for name in ("country", "region", "city")},
        "contact.language": item["language_override"] or item["browser_language"],
        "contact.browser": item["browser"],
        "contact.os": item["os"],
        "contact.owner": _text(item["owner_id"]),
        "contact.segments": "not fetched",
        **{
            f"contact.{name}": _time(item[name])
            for name in ("created_at", "signed_up_at", "last_seen_at", "last_replied_at")
        },
        "contact.unsubscribed": item["unsubscribed_from_emails"],
        "contact.bounced": item["has_hard_bounced"],
        "contact.spam": item["marked_email_as_spam"],
        **_attributes("contact", item["custom_attributes"]),
        "company.id": companies[0] if companies else None,
        "company.name": "not fetched" if companies else None,
    }


def message_of(topic: str, subject: Subject) -> Known:
    """What must be known of what was written, by the REST document and the topic's own words."""
    item = subject.item
    if topic in {"conversation.user.created", "conversation.admin.single.created"}:
        return _written(item["source"]) | {"message.subject": _words(item["source"]["subject"])}
    if topic == "ticket.created":
        lines = (item["ticket_attributes"]["_default_title_"], item["ticket_attributes"]["_default_description_"])
        text = " ".join(" ".join(lines).split())
        return {"message.text": text, "message.full_text": text, "message.from": "customer"}
    words = topic.split(".")
    if words[-1] in {"replied", "noted", "closed", "opened", "snoozed", "unsnoozed"} and words[0] == "conversation":
        return _written(item["conversation_parts"]["conversation_parts"][-1])
    if topic in {"ticket.contact.replied", "ticket.admin.replied", "ticket.note.created"}:
        return _written(item["ticket_parts"]["ticket_parts"][-1])
    return {"message.text": None, "message.full_text": None, "message.from": None, "message.subject": None}


def _written(message: Mapping[str, Any]) -> Known:
    text = _words(message.get("body"))
    sides = {"user": "customer", "lead": "customer", "admin": "teammate", "bot": "bot"}
    return {
        "message.text": text,
        "message.full_text": text,
        "message.from": sides[message["author"]["type"]] if text else None,
    }


def _part(cast: Cast, rng: random.Random, customer: Customer, at: int) -> dict[str, Any]:
    author = rng.choice((customer, *TEAMMATES, BOT)).author()
    return conversations.part(cast.id(), rng.choice(("comment", "note", "close")), author, at, _html(rng))


def _html(rng: random.Random) -> str:
    return rng.choice(SHARED_MESSAGES).html if rng.random() < 0.7 else rng.choice(TEAMMATES_MESSAGES)


def _rest_contact(cast: Cast, rng: random.Random, customer: Customer) -> dict[str, Any]:
    item = notified_contact(
        customer,
        app_id=APP_ID,
        created_at=0,
        updated_at=0,
        attributes=rng.choice(({}, {"Plan": "pro", "Seats": 12, "Trial": False, "Renewal": NOW})),
    )
    item |= {
        "created_at": NOW - 900,
        "updated_at": NOW,
        "email": rng.choice((customer.email, "")),
        "phone": rng.choice((None, "+4512345678")),
        "owner_id": rng.choice((None, 5_017_001)),
        "signed_up_at": rng.choice((None, NOW - 800)),
        "last_seen_at": rng.choice((None, NOW - 10)),
        "last_replied_at": rng.choice((None, NOW - 20)),
        "language_override": rng.choice((None, "de")),
        "browser_language": rng.choice((None, "fr")),
        "browser": rng.choice((None, "firefox")),
        "os": rng.choice((None, "OS X 14.5")),
        "unsubscribed_from_emails": rng.random() < 0.5,
        "has_hard_bounced": rng.random() < 0.5,
    }
    ids = [cast.hex_id() for _ in range(rng.randrange(3))]
    listed = [{"type": "company", "id": one, "url": f"/companies/{one}"} for one in ids]
    item["companies"] = {"type": "list", "data": listed, "total_count": len(ids), "has_more": False}
    return item


def _attributes(kind: str, custom: Mapping[str, Any]) -> Known:
    return {f"{kind}.attributes.{name.casefold()}": value for name, value in custom.items()}


def _words(html: str | None) -> str | None:
    return " ".join(plain_text(html).split()) or None if html else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


_MAKERS: Mapping[str, Callable[[Cast, random.Random], Stored]] = {
    "conversation": _conversation,
    "ticket": _ticket,
    "contact": _contact,
    "company": _company,
}
