"""Invents a day at an invented company: believable events, each with what must come of it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.cast import Cast
from simulator.payloads.people import Customer, Firm
from simulator.stories import conversations, others, tickets
from simulator.stories.event import About, Event, Placed, Story
from simulator.stories.expectation import NOTHING

TAGS = (
    "billing/refund",
    "billing/invoice",
    "bug/crash",
    "churn/cancel-request",
    "churn/large-account",
    "churn/at-risk",
    "urgent/p1",
    "urgent/p2",
    "csat/low",
    "channel/email",
    "lang/non-english",
    "triage/unsorted",
    "newsletter",
)
"""Every tag that a story may ask for or begin with."""

SPAN = 900
"""The stories of a play begin within this many seconds before it is sent."""


@dataclass(frozen=True, slots=True)
class Play:
    """What is going to happen.

    `writers` are the contacts who open conversations and tickets, `firms` all companies; `placed` are the objects that
    must be known before, `events` what happens to them, each event once; `sendings` are indices of `events` in the
    order in which they are sent, some of them again.
    """

    app_id: str
    firms: tuple[Firm, ...]
    writers: tuple[Customer, ...]
    placed: tuple[Placed, ...]
    events: tuple[Event, ...]
    sendings: tuple[int, ...]


def invent(count: int, *, seed: int, now: int, app_id: str, duplicates: float = 0.1) -> Play:
    """A play of `count` events, the same for the same arguments.

    `now` (Unix seconds) is when it will be sent: everything happened in the quarter of an hour before. `duplicates` is
    the share of events that are sent twice.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable inventions, not secrets
    cast = Cast(rng, app_id)
    stories: list[Story] = []
    told = 0
    while told < count:
        story = _story(cast, now)
        stories.append(story)
        told += len(story.events)
    events = sorted((event for story in stories for event in story.events), key=lambda event: event.created_at)
    placed = tuple(story.placed for story in stories if story.placed is not None)
    sendings = _sendings(rng, count, duplicates)
    return Play(app_id, cast.firms, tuple(cast.writers), placed, tuple(events[:count]), sendings)


def expected_end_state(play: Play) -> Mapping[About, frozenset[str]]:
    """Which tags each conversation, ticket and writer must carry once everything has been dealt with."""
    tags = {placed.about: frozenset(placed.tags) for placed in play.placed}
    tags |= {About("contact", writer.id): frozenset() for writer in play.writers}
    for event in play.events:
        for about, expect in ((event.about, event.expect), event.beside or (None, NOTHING)):
            if about in tags:
                tags[about] = (tags[about] | expect.adds) - expect.removes
    return tags


def _story(cast: Cast, now: int) -> Story:
    kinds = (conversations.STORIES, tickets.STORIES, others.STORIES)
    (stories,) = cast.rng.choices(kinds, weights=(6, 3, 1))
    return cast.rng.choice(stories)(cast, now - cast.rng.randrange(SPAN // 3, SPAN))


def _sendings(rng: random.Random, count: int, duplicates: float) -> tuple[int, ...]:
    """Each event at its place or a little later, and some of them once more, soon after."""
    places = [(number + rng.choice((0, 0, 0, 0, 1.5, 3.5)), number) for number in range(count)]
    again = [(place + rng.uniform(0, 20), number) for place, number in places if rng.random() < duplicates]
    return tuple(number for _, number in sorted(places + again))
