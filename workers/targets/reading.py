"""Reading an object's tags again, where it matters who put one there, or whether a call has landed."""

from msgspec.structs import replace

from facts.target import Target
from state.entry import STALE, Entry
from workers.errand import Errand
from workers.intercom.answers import Answer, Tag


async def settled(entry: Entry, tag_id: str, target: Target, errand: Errand) -> Entry:
    """`entry` by what Intercom says now; of a ticket it says nothing.

    Raises what `Desk.call` raises.
    """
    if target.kind == "ticket":
        return entry
    answer = await _tags(target, errand)
    if answer.value is None:
        return entry
    found = next((tag for tag in answer.value if tag.id == tag_id), None)
    if entry.pending is not None:
        return _landed(entry, found, answer.date, target, errand)
    if found is not None and entry.standing == "ours" and not _since(found, entry.at):
        if found.applied_at is not None and found.applied_at < entry.at:
            # It was there before us, as may be after a merge.
            return entry.made("add", entry.at, ours=False)
        return entry.changed_by_person("add", float(found.applied_at or entry.at))
    return entry.observed(present=found is not None, at=answer.date or 0.0)


def _landed(entry: Entry, found: Tag | None, read_at: float | None, target: Target, errand: Errand) -> Entry:
    """What has come of a call of which nobody knows the answer, by what was read at a moment of Intercom's clock.

    When the call took effect is told only of a tag that is there. Else no payload from before this reading says
    anything of the tag: it may be from before the call.
    """
    pending = entry.pending
    if pending is None or (found is not None) != (pending.action == "add"):
        return entry.failed()
    latest = read_at or pending.at
    if pending.by_person:
        return entry.done_for_person(pending.action, latest)
    origin, by = pending.origin, found.applied_by if found is not None else None
    told = replace(origin, by=by or "") if origin is not None else None
    if found is None:
        return entry.made("remove", latest, origin=told)
    ours = found.applied_at is not None and found.applied_at >= pending.at - STALE
    admin_id = (origin.by if origin is not None else "") or errand.desk.workspace.admin_id
    # Contacts are tagged in nobody's name.
    by_us = target.kind == "contact" or by in {None, admin_id}
    return entry.made("add", float(found.applied_at or latest), ours=ours and by_us, origin=told)


def _since(found: Tag, at: float) -> bool:
    """Whether the tag is there since our call, as far as Intercom tells."""
    return found.applied_at is None or abs(found.applied_at - at) <= STALE


async def _tags(target: Target, errand: Errand) -> Answer[tuple[Tag, ...] | None]:
    intercom = errand.desk.intercom
    if target.kind == "contact":
        return await errand.call("list tags of contact", lambda: intercom.tags_of_contact(target.id))
    if target.kind == "company":
        company = await errand.call("find company", lambda: intercom.find_company(target.id))
        return Answer(company.value.tags, company.limits, company.sent_at, company.received_at)
    conversation = await errand.call("find conversation", lambda: intercom.find_conversation(target.id))
    return Answer(conversation.value.tags, conversation.limits, conversation.sent_at, conversation.received_at)
