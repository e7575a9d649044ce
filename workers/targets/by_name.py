"""Tagging a company: by the tag's name, and Intercom makes a tag if there is none of that name.

So the name is the one that the tag has now, and the answer is looked at: another id in it means that the tag was
renamed or deleted a moment ago, and that what was done is to be undone.
https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags/createtag
"""

import logging
from contextlib import suppress

from facts.target import Target
from rules.deciding.decision import Change
from workers.errand import Errand
from workers.intercom.answers import Answer, Tagged
from workers.intercom.errors import TagGone, TagInUse, Unavailable

log = logging.getLogger(__name__)


class Renamed(Unavailable):
    """The tag had another name by then, or was gone; nothing of the call is left. Look it up again."""


async def send(change: Change, target: Target, tag_id: str, errand: Errand) -> Answer[object]:
    """Tag or untag one company.

    Raises:
        Renamed: see there.
        IntercomError: see there, and what else `Desk.call` raises.
    """
    before = await errand.desk.tags.names([tag_id], errand)
    name = before.get(tag_id)
    if name is None:
        raise Renamed(f'tag "{change.tag}" ({tag_id}) is gone')
    answer = await (_tag if change.action == "add" else _untag)(name, target, errand)
    other = answer.value.tag.id
    if other == tag_id:
        return answer
    errand.desk.metrics.mixed_up_tags.inc()
    log.error('tag "%s" (%s) was renamed under way: "%s" is %s now, which is undone', change.tag, tag_id, name, other)
    if change.action == "add":
        await _untag(name, target, errand)
    if other not in before:
        await _delete(other, errand)
    raise Renamed(f'tag "{change.tag}" ({tag_id}) was renamed under way')


async def _tag(name: str, target: Target, errand: Errand) -> Answer[Tagged]:
    return await errand.call("tag company", lambda: errand.desk.intercom.tag_companies(name, [target.id]))


async def _untag(name: str, target: Target, errand: Errand) -> Answer[Tagged]:
    return await errand.call("untag company", lambda: errand.desk.intercom.untag_companies(name, [target.id]))


async def _delete(tag_id: str, errand: Errand) -> None:
    """Delete the tag that the call has made: it was in no list before."""
    try:
        with suppress(TagGone):
            await errand.call("delete tag", lambda: errand.desk.intercom.delete_tag(tag_id))
    except TagInUse as used:
        log.error("tag %s, made by mistake, stays: %s", tag_id, used)  # noqa: TRY400 - the message is all there is
