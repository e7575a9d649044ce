"""Tagging a conversation, ticket or contact: by the tag's id."""

from facts.target import Target
from rules.deciding.decision import Change
from state.lock import Intent
from workers.errand import Errand
from workers.intercom.answers import Answer


async def send(change: Change, target: Target, tag_id: str, errand: Errand, intent: Intent) -> Answer[object]:
    """Attach or detach the tag; detaching one that is not there succeeds.

    Raises:
        TagGone: there is no such tag, as far as can be told.
        IntercomError: see there, and what else `Desk.call` raises.
    """
    intercom, admin_id = errand.desk.intercom, change.admin_id or errand.desk.workspace.admin_id
    verb, tag = ("attach to", intercom.attach) if change.action == "add" else ("detach from", intercom.detach)
    return await errand.call(
        f"{verb} {target.kind}",
        lambda: tag(target.kind, target.id, tag_id, admin_id),
        admin_id=admin_id,
        intent=intent,
    )
