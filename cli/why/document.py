"""The same for programs."""

from typing import Any

from cli.options import iso
from cli.why.blocks import Block, Call
from cli.why.evidence import Evidence
from state.dead import Letter
from state.feed import Entry as Event
from state.feed import Proof, Reply, Step
from state.traces import Waiting


def document(evidence: Evidence, found: tuple[Block, ...], most: int) -> dict[str, Any]:
    """All of it; of events the newest `most`."""
    gone = evidence.gone
    return {
        "target": str(evidence.target),
        "workspace": evidence.target.app_id,
        "gone": None if gone is None else {"how": gone.how, "at": iso(gone.at), "merged_into": evidence.merged_into},
        "asked_intercom": evidence.now.tags is not None,
        "why_not": evidence.now.why_not or None,
        "tags": [_tag(block) for block in found],
        "waiting": [_waiting(job, evidence) for job in evidence.jobs],
        "calls_stopped": [{"circuit": one.scope, "reason": one.reason} for one in evidence.circuits],
        "dead_letters": [_letter(letter) for letter in evidence.letters],
        "events": [_event(event, evidence) for event in evidence.events[:most]],
        "actions": [
            {"at": iso(one.at.timestamp()), "by": one.action.by, "action": one.action.action, "what": one.action.what}
            for one in evidence.actions[:most]
        ],
    }


def _tag(block: Block) -> dict[str, Any]:
    entry, shown = block.entry, block.shown
    return {
        "id": block.tag_id or None,
        "name": block.name,
        "there": block.there,
        "standing": block.standing or None,
        "changed_since": block.since,
        "applied_at": iso(shown.applied_at) if shown and shown.applied_at is not None else None,
        "applied_by": shown.applied_by if shown else None,
        "last_call": None if block.call is None else _call(block.call),
        "pending": None if entry is None or entry.pending is None else entry.pending.action,
        "wanted_by": [] if entry is None else list(entry.claiming),
        "wanted_off_by": [] if entry is None or entry.removal is None else list(entry.removal.rules),
        "rules_disagreed": block.disagreed is not None,
        "last_undone": None if block.undone is None else _step(block.undone[1]) | _when(block.undone[0]),
    }


def _call(call: Call) -> dict[str, Any]:
    return {
        "action": "remove" if call.removes else "add",
        "rules": list(call.rules),
        "rule_set": call.rule_set or None,
        "event": call.event_id,
        "event_at": None if call.event_at is None else iso(call.event_at),
        "topic": call.topic,
        "about": call.about or None,
        "because": [_proof(proof) for proof in call.proofs],
        "at": None if call.at is None else iso(call.at),
        "answer": _reply(call.reply),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    span = None if proof.span is None else list(proof.span)
    operator = proof.operator or None
    return {"rule": proof.rule, "field": proof.field, "operator": operator, "phrase": proof.phrase, "span": span}


def _reply(reply: Reply | None) -> dict[str, Any] | None:
    if reply is None:
        return None
    return {
        "status": reply.status or None,
        "applied_at": None if reply.applied_at is None else iso(reply.applied_at),
        "applied_by": reply.applied_by or None,
        "error": reply.error or None,
        "request_id": reply.request_id or None,
    }


def _when(event: Event) -> dict[str, Any]:
    return {
        "event": event.notification_id,
        "topic": event.topic,
        "target": event.target,
        "rule_set": event.rule_set,
        "event_at": iso(event.created_at) if event.created_at else None,
        "done_at": iso(event.done_at),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "action": step.action,
        "tag": step.tag,
        "outcome": step.outcome,
        "rules": list(step.rules),
        "because": [_proof(proof) for proof in step.proofs],
        "answer": _reply(step.reply),
    }


def _event(event: Event, evidence: Evidence) -> dict[str, Any]:
    own = event.target == str(evidence.target)
    return _when(event) | {
        "steps": [_step(step) for step in event.steps if evidence.concerns(step, event)],
        "conflicts": list(event.conflicts) if own else [],
        "undecided": list(event.undecided) if own else [],
        "unevaluated": list(event.unevaluated) if own else [],
        "merged_from": event.merged_from or None,
    }


def _waiting(job: Waiting, evidence: Evidence) -> dict[str, Any]:
    return {
        "event": job.job.notification_id,
        "topic": job.job.topic,
        "event_at": iso(job.job.created_at),
        "running": job.running,
        "due_in_seconds": round(max(job.due_in, 0.0), 1),
        "failures": job.failures,
        "last_error": job.error or None,
        "tagging_paused": evidence.paused.tagging(evidence.target.app_id) is not None,
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "topic": letter.topic,
        "died_at": iso(letter.died_at.timestamp()),
        "reason": letter.reason,
        "rules": list(letter.rules),
        "last_error": letter.last_error,
        "request_id": letter.request_id or None,
    }
