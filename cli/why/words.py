"""The sentences: for a person on call, and for whoever answers why a customer's conversation is tagged."""

from collections.abc import Iterator

from cli.settings.forms import printable
from cli.since import told
from cli.why.blocks import Block, Call
from cli.why.evidence import Evidence
from rules.telling.report import plural
from state.dead import Letter
from state.entry import FLIPS, Standing
from state.feed import Entry as Event
from state.feed import Proof, Reply, Step
from state.traces import Waiting

_OUTCOMES = {
    "made": "done",
    "already so": "not done, it was so already",
    "vetoed": "not done, a person had taken it off",
    "kept": "not done, a person had put it there",
    "overruled": "not done, a newer event had decided otherwise",
    "stopped": f"not done, it had gone to and fro {FLIPS} times within the hour",
    "shadow": "not done, only shadow mode",
    "failed": "failed",
    "no contact": "not done, there was no contact",
    "no company": "not done, there was no company",
}

_HOW: dict[Standing, str] = {
    "": "nobody has told yet whether it is there",
    "absent": "it was never there, as far as is known",
    "found": "it was there before a rule wanted it: a person or another program put it on",
    "theirs": "a person put it on",
    "vetoed": "a person took it off",
}


def heading(evidence: Evidence, found: tuple[Block, ...]) -> str:
    """The first line: what there is to tell."""
    there = sum(block.there is True for block in found)
    unknown = sum(block.there is None for block in found)
    parts = [plural(there, "tag")]
    parts += [f"{unknown} more of which nobody here knows"] if unknown else []
    parts += [f"{plural(len(evidence.jobs), 'event')} not handled yet"] if evidence.jobs else []
    parts += [plural(len(evidence.letters), "dead letter")] if evidence.letters else []
    return f"{evidence.target} in workspace {evidence.target.app_id}: {', '.join(parts)}"


def block(found: Block, evidence: Evidence) -> Iterator[str]:
    """The lines about one tag."""
    renamed = found.shown is not None and found.shown.name != found.name
    called = f', called "{printable(found.shown.name)}" by now' if renamed and found.shown else ""
    id_ = f" (id {found.tag_id}{called})" if found.tag_id else ""
    tag = f'"{printable(found.name)}"{id_}'
    where = {True: "is on", False: "is not on", None: "may or may not be on"}[found.there]
    yield f"{tag} {where} {evidence.target}"
    yield from (f"   {line}" for line in _lines(found, evidence))


def _lines(found: Block, evidence: Evidence) -> Iterator[str]:
    yield from _pending(found)
    yield from _through_whom(found)
    if found.call is not None:
        yield from _call(found.call, found, evidence)
    yield from _wanted(found)
    if found.disagreed is not None:
        when = told(found.disagreed.done_at)
        yield f"last decided {when}: nothing, rules of the same priority disagreed about it"
    elif found.undone is not None:
        event, step = found.undone
        # That it is so already is what the lines above are about.
        if step.outcome != "already so" or found.call is None:
            yield f"last decided {told(event.done_at)}: {outcome(step, event, evidence)}"


def _pending(found: Block) -> Iterator[str]:
    """The call of which nobody has heard, and what Intercom shows of it."""
    pending = found.entry.pending if found.entry is not None else None
    if pending is None:
        return
    to = "put it on" if pending.action == "add" else "take it off"
    rules = f" for {_named(pending.origin.rules)}" if pending.origin is not None else ""
    whose = "a call of `autotagger undo`" if pending.by_person else f"a call{rules}"
    begun = f"{whose} to {to} was begun {told(pending.at)}, and nobody has noted an answer"
    there = "it is there" if found.shown is not None else "it is not there"
    if found.landed is None:
        yield f"{begun}: nobody knows yet whether Intercom took it"
    elif found.landed:
        yield f"{begun}; {there} by Intercom's account, so the call seems to have landed"
    else:
        yield f"{begun}; {there} by Intercom's account, so the call did not land, or others have changed it since"


def _through_whom(found: Block) -> Iterator[str]:
    entry = found.entry
    if found.landed:
        return
    if found.since or entry is None:
        yield from _by_others(found)
        return
    if entry.standing in _HOW:
        when = f", which was seen {told(entry.seen)}" if entry.standing in {"theirs", "vetoed"} else ""
        until = "; no rule puts it on again until a person does" if entry.standing == "vetoed" else ""
        yield f"{_HOW[entry.standing]}{when}{_applied(found)}{until}"
    elif found.call is None:
        did = "taken off" if entry.standing == "removed" else "put on"
        yield f"{did} by this service {told(entry.at)}; what for was not kept"


def _by_others(found: Block) -> Iterator[str]:
    """Intercom shows what nothing here knows of."""
    if found.shown is not None:
        yield f"a person or another program put it on{_applied(found)}; no rule did"
    elif found.since:
        yield "a person or another program took it off: Intercom shows it no more, and this service did not do it"


def _applied(found: Block) -> str:
    if found.shown is None or found.shown.applied_at is None:
        return ""
    by = f" in the name of admin {found.shown.applied_by}" if found.shown.applied_by else ""
    return f", by Intercom's account {told(found.shown.applied_at)}{by}"


def _call(made: Call, found: Block, evidence: Evidence) -> Iterator[str]:
    """Our last call, and what it was made for."""
    before = "" if found.standing in {"ours", "removed"} and not (found.since or found.landed) else "before that "
    did = "taken off" if made.removes else "put on"
    when = f" {told(made.at)}" if made.at is not None else ""
    yield f"{before}{did} by {_named(made.rules)} (rule set {made.rule_set or 'not known'}){when}"
    yield from (f"   {proof(one)}" for one in made.proofs)
    event_at = f" of {told(made.event_at)}" if made.event_at is not None else ""
    about = f" about {made.about}" if made.about and made.about != str(evidence.target) else ""
    yield f"   at {made.topic}{event_at}{about} ({made.event_id})"
    if made.reply is not None:
        yield f"   {answer(made.reply)}"


def _wanted(found: Block) -> Iterator[str]:
    """Which other rules have their say."""
    entry, made = found.entry, found.call
    if entry is None:
        return
    others = [rule for rule in entry.claiming if made is None or rule not in made.rules]
    if others:
        yield f"wanted{', too,' if made else ''} by {_named(others)}"
    if entry.removal is not None and (made is None or entry.removal.rules != made.rules):
        yield f"wanted off by {_named(entry.removal.rules)} at an event of {told(entry.removal.order.created_at)}"


def proof(one: Proof) -> str:
    """What a rule went by: its own words, and where they stood."""
    place = f", characters {one.span[0] + 1} to {one.span[1]}" if one.span else ""
    phrase = f' "{printable(one.phrase)}"' if one.phrase else ""
    operator = f" {one.operator}" if one.operator else ":"
    return f"because {one.field}{operator}{phrase}{place}"


def answer(reply: Reply) -> str:
    """What Intercom said."""
    head = f"Intercom answered {reply.status}" if reply.status else "" if reply.error else "Intercom took it"
    parts = [head] if head else []
    parts += [f"applied {told(reply.applied_at)}"] if reply.applied_at is not None else []
    parts += [f"by admin {reply.applied_by}"] if reply.applied_by else []
    parts += [printable(reply.error)] if reply.error else []
    parts += (
        [f"request {printable(reply.request_id)}"] if reply.request_id and reply.request_id not in reply.error else []
    )
    return ", ".join(parts)


def outcome(step: Step, event: Event, evidence: Evidence) -> str:
    """A step in words: "add "vip": not done, a person had taken it off (rule important)"."""
    what = _OUTCOMES.get(step.outcome, step.outcome)
    if step.outcome == "shadow":
        pauses = evidence.paused.of(evidence.target.app_id)
        paused = [f"{rule} {pauses[rule].of_rule}" for rule in step.rules if rule in pauses]
        what = f"not done, {'; '.join(paused)}" if paused and event.done_at >= _first(step, evidence) else what
    failure = f": {answer(step.reply)}" if step.outcome == "failed" and step.reply is not None else ""
    return f'{step.action} "{printable(step.tag)}": {what}{failure} ({_named(step.rules)})'


def _first(step: Step, evidence: Evidence) -> float:
    pauses = evidence.paused.of(evidence.target.app_id)
    return min(pauses[rule].at for rule in step.rules if rule in pauses)


def unhandled(evidence: Evidence) -> Iterator[str]:
    """The events that are not handled yet, and what keeps calls from being made."""
    yield from (waiting(job, evidence) for job in evidence.jobs)
    if evidence.jobs:
        for one in evidence.circuits:
            scope, reason = printable(one.scope), printable(one.reason)
            yield f"calls are stopped since {told(one.since)} (circuit {scope}): {reason}"


def waiting(job: Waiting, evidence: Evidence) -> str:
    """An event that is not handled yet, and why not."""
    pause = evidence.paused.tagging(evidence.target.app_id)
    if job.running:
        how = "is being handled now"
    elif pause is not None:
        how = f"waits, tagging is paused by {pause}"
    elif job.due_in <= 0:
        how = "waits for a worker"
    else:
        how = f"is tried again in {job.due_in:,.0f} s"
    failed = f", after {plural(job.failures, 'failure')}: {printable(job.error)}" if job.failures else ""
    lane = " of a backfill" if ":queue:backfill:" in job.queue else ""
    return f"{job.job.topic}{lane} of {told(job.job.created_at)} {how}{failed} ({job.job.notification_id})"


def letter(one: Letter) -> str:
    """A dead letter, and how to see more of it."""
    rules = f", {_named(one.rules)}" if one.rules else ""
    return (
        f"{one.topic or 'an event'} died {told(one.died_at.timestamp())} after {plural(one.attempts, 'attempt')}: "
        f"{printable(one.reason)}: {printable(one.last_error)}{rules}; see `autotagger dead show {one.id}`"
    )


def history(evidence: Evidence) -> Iterator[tuple[float, str]]:
    """What happened, each with its moment (Unix seconds)."""
    for event in evidence.events:
        about = "" if event.target == str(evidence.target) else f" about {event.target}"
        for line in _of_event(event, evidence):
            yield event.done_at, f"{event.topic}{about}: {line}"
    for noted in evidence.actions:
        yield (
            noted.at.timestamp(),
            f"{printable(noted.action.by)}: {noted.action.action} {printable(noted.action.what)}",
        )


def _of_event(event: Event, evidence: Evidence) -> Iterator[str]:
    if event.merged_from:
        yield f"contact:{event.merged_from} became part of {event.target}, and what was known of it went over"
    yield from (outcome(step, event, evidence) for step in event.steps if evidence.concerns(step, event))
    if event.target == str(evidence.target):
        for tag in event.conflicts:
            yield f'nothing was done about "{printable(tag)}": rules of the same priority disagreed'
        for rule in event.undecided:
            yield f"rule {rule} was not decided: Intercom did not tell what it asks for"
        for rule in event.unevaluated:
            yield f"rule {rule} was not evaluated: too much work"
        for kind in event.gone:
            yield f"the {kind} was not there any more"


def _named(rules: tuple[str, ...] | list[str]) -> str:
    return f"rule{'s' if len(rules) > 1 else ''} {', '.join(rules)}" if rules else "no rule"
