"""Versions of the REST API, and what changed with which.

https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/update-your-api-version
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator import choices


class Version(NamedTuple):
    """`2.10` is `Version(2, 10)`, and comes after `2.9`."""

    major: int
    minor: int


DEFAULT = Version(2, 10)
LATEST = Version(99, 0)

# From the changelogs of https://developers.intercom.com/docs/references/changelog
TICKET_STATE_IS_AN_OBJECT = Version(2, 12)
PARTS_SAY_MORE = Version(2, 13)
AUTHORS_MAY_BE_AI_AGENTS = Version(2, 14)
CONVERSATIONS_NAME_A_COMPANY = Version(2, 15)
ASSIGNEES_OF_TICKETS_ARE_INTEGERS = Version(2, 16)
OWNERS_OF_CONTACTS_ARE_STRINGS = Version(2, 16)
TAGGING_BY_NAME_SAYS_WHAT_IT_DID = Version(2, 16)


def read_version(header: bytes | None) -> Version:
    """What `Intercom-Version` asks for; raises `ApiError` if there is no such version."""
    if header is None:
        return DEFAULT
    text = header.decode("latin-1")
    if text not in choices.VERSIONS:
        raise choices.bad_version(text)
    major, dot, minor = text.partition(".")
    return Version(int(major), int(minor)) if dot else LATEST


def ticket_in(version: Version, ticket: Mapping[str, Any]) -> Mapping[str, Any]:
    """A ticket of 2.10, as `version` shows it."""
    if version >= TICKET_STATE_IS_AN_OBJECT and isinstance(ticket.get("ticket_state"), str):
        ticket = _with_state_object(ticket)
    if version >= ASSIGNEES_OF_TICKETS_ARE_INTEGERS:
        names = ("admin_assignee_id", "team_assignee_id")
        ticket = {**ticket, **{name: int(ticket[name]) for name in names if name in ticket}}
    return ticket


def contact_in(version: Version, contact: Mapping[str, Any]) -> Mapping[str, Any]:
    """A contact of 2.10, as `version` shows it."""
    owner = contact.get("owner_id")
    if version >= OWNERS_OF_CONTACTS_ARE_STRINGS and owner is not None:
        return {**contact, "owner_id": str(owner)}
    return contact


def conversation_in(version: Version, conversation: Mapping[str, Any]) -> Mapping[str, Any]:
    """A conversation of 2.10, as `version` shows it; who it is with is left to `CONVERSATIONS_NAME_A_COMPANY`."""
    parts = conversation.get("conversation_parts")
    if version < PARTS_SAY_MORE or parts is None:
        return conversation
    shown = [_part_in(version, part, conversation.get("state")) for part in parts["conversation_parts"]]
    return {**conversation, "conversation_parts": {**parts, "conversation_parts": shown}}


def _with_state_object(ticket: Mapping[str, Any]) -> dict[str, Any]:
    labels = {"ticket_state_internal_label", "ticket_state_external_label"}
    state = {
        "type": "ticket_state",
        "id": choices.ticket_state_id(ticket["ticket_state"]),
        "category": ticket["ticket_state"],
        "internal_label": ticket.get("ticket_state_internal_label"),
        "external_label": ticket.get("ticket_state_external_label"),
    }
    return {name: value for name, value in ticket.items() if name not in labels} | {"ticket_state": state}


def _part_in(version: Version, part: Mapping[str, Any], state: object) -> Mapping[str, Any]:
    more = {"state": state, "tags": [], "event_details": {}, "email_message_metadata": None, "app_package_code": None}
    shown = {**more, **part}
    if version >= AUTHORS_MAY_BE_AI_AGENTS:
        shown["author"] = {"from_ai_agent": False, "is_ai_answer": False, **part.get("author", {})}
    return shown
