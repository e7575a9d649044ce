"""Versions of the REST API, and what changed with which.

https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/update-your-api-version
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulator import choices
from simulator.payloads.changes import author_may_be_an_ai_agent, part_says_more, state_is_an_object


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
    if version >= TICKET_STATE_IS_AN_OBJECT:
        ticket = state_is_an_object(ticket)
    if version >= AUTHORS_MAY_BE_AI_AGENTS:
        ticket = _with_parts(ticket, "ticket_parts", author_may_be_an_ai_agent)
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
    if version >= PARTS_SAY_MORE:
        conversation = _with_parts(conversation, "conversation_parts", part_says_more)
    if version >= AUTHORS_MAY_BE_AI_AGENTS:
        conversation = _with_parts(conversation, "conversation_parts", author_may_be_an_ai_agent)
    return conversation


def _with_parts(
    item: Mapping[str, Any], name: str, change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Mapping[str, Any]:
    parts = item.get(name)
    return item if parts is None else {**item, name: {**parts, name: [change(part) for part in parts[name]]}}
