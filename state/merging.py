"""Two contacts become one: what is then known of a tag on the survivor. Pure."""

from msgspec.structs import replace

from state.entry import Claim, Entry


def merged(survivor: Entry | None, loser: Entry, *, shown: bool | None, at: float) -> Entry:
    """What is known of a tag on the survivor, after another contact became part of it at `at`.

    `shown` says whether the survivor has the tag now, None where nobody tells. Of what rules said the newest counts, as
    always. That a person took the tag off one of the two counts, unless it is there, or a person put it on the other
    since. Whether Intercom hands the tags of the one on to the other is not documented; so what was known of the loser
    alone counts of the survivor only as far as it is shown.
    """
    own = survivor or Entry(loser.tag)
    entry = _stands(own, loser, shown, at)
    removals = [one for one in (own.removal, loser.removal) if one is not None]
    return replace(
        entry,
        claims=_newest(own.claims, loser.claims),
        removal=max(removals, key=lambda removal: removal.order, default=None),
        # Of a call to an object that is no longer there nobody will ever tell.
        pending=own.pending,
        flips=own.flips,
    )


def _stands(own: Entry, loser: Entry, shown: bool | None, at: float) -> Entry:
    if shown:
        return own if own.present or not loser.present else loser
    vetoed = next((one for one in (own, loser) if one.standing == "vetoed"), None)
    added = next((one for one in (own, loser) if one.standing == "theirs"), None)
    if vetoed is not None and (added is None or added.seen < vetoed.seen):
        return vetoed
    if own.standing != "" or own.pending is not None:
        return own
    return replace(loser, standing="absent" if shown is False else "", at=0.0, seen=at if shown is False else 0.0)


def _newest(one: dict[str, Claim], other: dict[str, Claim]) -> dict[str, Claim]:
    newest = dict(one)
    for rule, claim in other.items():
        if rule not in newest or claim.order > newest[rule].order:
            newest[rule] = claim
    return newest
