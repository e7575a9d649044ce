"""Tagging a company: by the tag's name, and Intercom makes a tag if there is none of that name.

So the name is the one that the tag has now, and the answer is looked at: another id in it means that the tag was
renamed or deleted a moment ago, and that what was done is to be undone. Who ends before that leaves the name behind for
whoever comes next.
https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags/createtag
"""

import logging
from contextlib import suppress

from facts.target import Target
from rules.deciding.decision import Change
from rules.language.values import attribute_name as folded
from state.lock import Intent
from workers.errand import Errand
from workers.gate import Postponed
from workers.intercom.answers import Answer, Tagged
from workers.intercom.errors import IntercomError, TagGone, TagInUse, Unavailable
from workers.intercom.query import Filter

log = logging.getLogger(__name__)


class Renamed(Unavailable):
    """The tag had another name by then, or was gone; nothing of the call is left. Look it up again."""


async def send(change: Change, target: Target, tag_id: str, errand: Errand, intent: Intent) -> Answer[object]:
    """Tag or untag one company.

    Raises:
        Renamed: see there.
        IntercomError: see there, and what else `Desk.call` raises.
    """
    attempts = errand.desk.attempts
    before = await errand.desk.tags.names([tag_id], errand)
    name = before.get(tag_id)
    tried = await attempts.name(target, tag_id)
    if tried is not None and (name is None or folded(tried) != folded(name)):
        await _take_back(tried, change, target, tag_id, errand, intent)
        tried = None
    if name is None:
        raise Renamed(f'tag "{change.tag}" ({tag_id}) is gone')
    await attempts.begin(target, tag_id, name)
    try:
        answer = await (_tag if change.action == "add" else _untag)(name, target, errand, intent)
    except Postponed:
        # Nothing has left, and what was not tried is not to be taken back; an earlier call under this name may have.
        if tried is None:
            await attempts.end(target, tag_id)
        raise
    except IntercomError as error:
        if not error.maybe_applied:
            await attempts.end(target, tag_id)
        raise
    if answer.value.tag.id == tag_id:
        await attempts.end(target, tag_id)
        return answer
    other = answer.value.tag.id
    errand.desk.metrics.mixed_up_tags.inc()
    log.error('tag "%s" (%s) was renamed under way: "%s" is %s now, which is undone', change.tag, tag_id, name, other)
    if change.action == "add":
        await _untag(name, target, errand, intent)
    if other not in before:
        await _delete(other, errand)
    await attempts.end(target, tag_id)
    raise Renamed(f'tag "{change.tag}" ({tag_id}) was renamed under way')


async def _take_back(tried: str, change: Change, target: Target, tag_id: str, errand: Errand, intent: Intent) -> None:
    """Take off what an earlier run may have put on under a name that the tag no longer had.

    By now nobody can tell whether that run made the tag or a person did since, so it is not deleted.
    """
    errand.desk.tags.forget()
    names = await errand.desk.tags.names([tag_id], errand)
    other = next((one for one, name in names.items() if folded(name) == folded(tried) and one != tag_id), None)
    if other is not None and change.action == "add":
        errand.desk.metrics.mixed_up_tags.inc()
        log.error(
            'tag "%s" (%s) was renamed under way: "%s" is %s now, which is taken off %s; '
            "the tag itself stays: delete it if nobody wants it",
            change.tag,
            tag_id,
            tried,
            other,
            target,
        )
        await _untag(tried, target, errand, intent)
    await errand.desk.attempts.end(target, tag_id)


async def _tag(name: str, target: Target, errand: Errand, intent: Intent) -> Answer[Tagged]:
    return await errand.call(
        "tag company", lambda: errand.desk.intercom.tag_companies(name, [target.id]), intent=intent
    )


async def _untag(name: str, target: Target, errand: Errand, intent: Intent) -> Answer[Tagged]:
    return await errand.call(
        "untag company", lambda: errand.desk.intercom.untag_companies(name, [target.id]), intent=intent
    )


async def _delete(tag_id: str, errand: Errand) -> None:
    """Delete the tag that the call has made: it was in no list before, and nobody carries it by now.

    The list may be a minute old, and a person may have made and used a tag of that name since.
    """
    if await _is_carried(tag_id, errand):
        log.error("tag %s is on conversations or contacts already, so a person made it: it stays", tag_id)
        return
    try:
        with suppress(TagGone):
            await errand.call("delete tag", lambda: errand.desk.intercom.delete_tag(tag_id))
    except TagInUse as used:
        log.error("tag %s, made by mistake, stays: %s", tag_id, used)  # noqa: TRY400 - the message is all there is


async def _is_carried(tag_id: str, errand: Errand) -> bool:
    """Whether a conversation or a contact has the tag. That of companies no search tells."""
    intercom = errand.desk.intercom
    of_conversations, of_contacts = Filter("tag_ids", "=", tag_id), Filter("tag_id", "=", tag_id)
    found = await errand.call(
        "search conversations", lambda: intercom.search_conversations(of_conversations, per_page=1)
    )
    if found.value.items:
        return True
    people = await errand.call("search contacts", lambda: intercom.search_contacts(of_contacts, per_page=1))
    return bool(people.value.items)
