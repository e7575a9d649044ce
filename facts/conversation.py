"""A conversation's fields.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/conversation
"""

from collections.abc import Mapping
from typing import Any, Final

from facts import leaf, markup, record
from facts.record import Reading, row
from facts.times import moment

_ROWS: Final = (
    row("conversation.title", leaf.text, "title"),
    row("conversation.subject", markup.text, "source", "subject"),
    row("conversation.url", leaf.text, "source", "url"),
    row("conversation.source", leaf.text, "source", "type"),
    row("conversation.delivered_as", leaf.text, "source", "delivered_as"),
    row("conversation.state", leaf.text, "state"),
    row("conversation.priority", leaf.text, "priority"),
    row("conversation.open", leaf.flag, "open"),
    row("conversation.read", leaf.flag, "read"),
    row("conversation.tags", leaf.names, "tags", "tags"),
    row("conversation.topics", leaf.names, "topics", "topics"),
    row("conversation.admin_assignee", leaf.identifier, "admin_assignee_id"),
    row("conversation.team_assignee", leaf.identifier, "team_assignee_id"),
    row("conversation.rating", leaf.number, "conversation_rating", "rating"),
    row("conversation.rating_remark", markup.text, "conversation_rating", "remark"),
    row("conversation.created_at", moment, "created_at"),
    row("conversation.updated_at", moment, "updated_at"),
    row("conversation.waiting_since", moment, "waiting_since"),
    row("conversation.snoozed_until", moment, "snoozed_until"),
    row("conversation.ai_agent.participated", leaf.flag, "ai_agent_participated"),
    row("conversation.ai_agent.resolution_state", leaf.text, "ai_agent", "resolution_state"),
    row("conversation.sla.name", leaf.text, "sla_applied", "sla_name"),
    row("conversation.sla.status", leaf.text, "sla_applied", "sla_status"),
)


def read(item: Mapping[str, Any]) -> Reading:
    """The fields of a conversation."""
    fields = record.read(item, _ROWS)
    if obscured(item):
        fields.values.pop("conversation.subject", None)
    return record.merged((fields, record.attributes("conversation", item, "custom_attributes")))


def obscured(item: Mapping[str, Any]) -> bool:
    """Whether Intercom says something general in place of what was written, and names no author: it came by Twitter.

    https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/conversation
    """
    return leaf.inner(item, "source", "type") == "twitter"
