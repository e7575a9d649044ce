"""What a job's bytes tell without the customer's words: ids, topic and times, and of texts how long they are."""

import re
from typing import Any

from cli.options import iso
from facts import item
from state.job import Job, Unreadable

_OPEN = frozenset({"id", "type", "part_type", "state", "role", "delivered_as", "open", "read", "priority"})
"""Keys of Intercom's whose values say nothing of the customer. Ids that the workspace's own systems gave are not here:
they may be e-mail addresses."""
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_KEY = re.compile(r"[a-z_]{1,40}")


def told(payload: bytes) -> dict[str, object]:
    """A job for people and programs, masked."""
    if not payload:
        return {"bytes": 0}
    try:
        job = Job.decode(payload)
    except Unreadable as unreadable:
        return {"bytes": len(payload), "unreadable": str(unreadable)}
    return {
        "bytes": len(payload),
        "notification_id": job.notification_id,
        "topic": job.topic,
        "target": str(job.target),
        "created_at": iso(job.created_at),
        "received_at": iso(job.received_at),
        "delivery_attempts": job.delivery_attempts,
        "only_rules": list(job.rules),
        "item": masked(item.load(job.item)),
    }


def masked(value: Any, key: str = "") -> object:  # noqa: ANN401 - any JSON
    """A document with its shape and ids, and for everything else what kind of thing stands there."""
    match value:
        case dict() if key.endswith("_attributes"):
            return f"({len(value)} attributes)"
        case dict():
            known = {name: masked(inner, name) for name, inner in value.items() if _KEY.fullmatch(name)}
            others = len(value) - len(known)
            return known | ({"...": f"({others} more)"} if others else {})
        case list():
            return [masked(inner, key) for inner in value]
        case _:
            return _plain(value, key)


def _plain(value: object, key: str) -> object:
    match value:
        case None | bool():
            return value
        case int() | float():
            return value if key in _OPEN or key.endswith("_at") else "(a number)"
        case str():
            return value if key in _OPEN and _WORD.fullmatch(value) else f"({len(value)} characters)"
        case _:
            return "(bytes)"
