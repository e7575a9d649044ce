"""Telling events of our own tagging from those of people's: webhooks name no actor.

https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

from collections.abc import Mapping
from typing import Final

from facts.target import Target
from state.entry import Entry
from workers.run import Run

TOPICS: Final = frozenset(
    {
        "conversation_part.tag.created",
        *(f"contact.{role}.tag.{what}" for role in ("user", "lead") for what in ("created", "deleted")),
    }
)
"""The topics that tell of tags and of nothing else."""


async def is_echo(run: Run) -> bool:
    """Whether the event brings nothing but changes of ours that no event has told yet; it is written down as told.

    The tags are compared with those that the newest event before it showed. Where none did, all of them must be ours.
    Raises what `Run.open` raises.
    """
    target, at = run.job.target, run.job.created_at
    shown = run.hydration.present(target.kind) if run.job.topic in TOPICS else None
    if shown is None:
        return False
    book = await run.open(target)
    before = book.page.shown
    if before is not None and before.at > at:
        return False
    entries = book.page.entries or await _of_ticket(target, run)
    news = shown.symmetric_difference(before.tag_ids if before is not None else ())
    ours = {tag_id for tag_id in news if tag_id in entries and entries[tag_id].untold(present=tag_id in shown)}
    for tag_id in ours & book.page.entries.keys():
        book.keep(tag_id, book.page.entries[tag_id].told())
    book.show(shown, at)
    return bool(news) and news == ours


async def _of_ticket(target: Target, run: Run) -> Mapping[str, Entry]:
    """Tickets share their ids with conversations: what we did to one may be told as the other's."""
    if target.kind != "conversation":
        return {}
    return await run.errand.desk.ledger.entries(Target(target.app_id, "ticket", target.id))
