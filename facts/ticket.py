"""A ticket's fields.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tickets/ticket
"""

from collections.abc import Mapping
from typing import Any, Final

from facts import leaf, markup, record
from facts.record import Reading, row
from facts.times import moment

TITLE: Final = "_default_title_"
DESCRIPTION: Final = "_default_description_"

_ROWS: Final = (
    row("ticket.title", markup.text, "ticket_attributes", TITLE),
    row("ticket.description", markup.text, "ticket_attributes", DESCRIPTION),
    row("ticket.type", leaf.text, "ticket_type", "name"),
    row("ticket.category", leaf.text, "category"),
    row("ticket.category", leaf.text, "ticket_type", "category"),
    row("ticket.state", leaf.state, "ticket_state"),
    row("ticket.open", leaf.flag, "open"),
    row("ticket.shared", leaf.flag, "is_shared"),
    row("ticket.admin_assignee", leaf.identifier, "admin_assignee_id"),
    row("ticket.team_assignee", leaf.identifier, "team_assignee_id"),
    row("ticket.created_at", moment, "created_at"),
    row("ticket.updated_at", moment, "updated_at"),
    row("ticket.snoozed_until", moment, "snoozed_until"),
)


def within(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ticket of an item: the item itself, or what stands in it beside a part or, from API version 2.15, alone."""
    nested = item.get("ticket")
    return nested if isinstance(nested, Mapping) else item


def read(ticket: Mapping[str, Any]) -> Reading:
    """The fields of a ticket. Its tags are never fetched: no version of the API tells them."""
    attributes = record.attributes("ticket", ticket, "ticket_attributes", without=(TITLE, DESCRIPTION))
    return record.merged((record.read(ticket, _ROWS), attributes, Reading(not_fetched={"ticket.tags"})))
