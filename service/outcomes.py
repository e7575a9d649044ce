"""What may become of a webhook, by its topic: known beforehand, so that each is counted from 0.

Prometheus sees no increase in a counter that it first meets above 0: a burst of refusals between two scrapes, of a kind
that never was before, would be no burst to it.
"""

from collections.abc import Iterator
from typing import Final, get_args

from facts.topics import TOPICS, Topic
from state.enqueue import Stored

OTHER: Final = "other"
"""Stands for the topics that are not known: a label is for ever, and may not be anybody's words."""

_UNREAD: Final = ("bad signature", "not json", "malformed", "too large", "failed", "disconnected")
"""Where nobody could, or might, read the topic."""
_ANY: Final = ("unknown workspace", "bad signature")
_TAKEN: Final = (*get_args(Stored), "refused", "no target", "item is a part")


def outcomes() -> Iterator[tuple[str, str]]:
    """Every topic with each of its outcomes."""
    yield from (("", outcome) for outcome in _UNREAD)
    yield from ((OTHER, outcome) for outcome in ("unknown topic", *_ANY))
    for name, topic in TOPICS.items():
        yield from ((name, outcome) for outcome in (*_of(topic), *_ANY))


def _of(topic: Topic) -> tuple[str, ...]:
    return (topic.ignored,) if topic.ignored and not topic.ends else _TAKEN
