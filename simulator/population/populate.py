"""Fills a workspace: the same seed, size and moment give the same one, byte for byte."""

import random
from collections.abc import Sequence

from simulator.cast import Cast
from simulator.payloads.people import Customer
from simulator.population.conversations import invent_conversation
from simulator.population.people import company, contact
from simulator.population.size import Size
from simulator.population.ticket_types import ticket_types
from simulator.population.tickets import invent_ticket
from simulator.population.words import LANGUAGES
from simulator.workspace.objects import Tagged
from simulator.workspace.segments import Segment
from simulator.workspace.state import Workspace
from simulator.workspace.tags import Applied

TAGS = (
    "billing/refund",
    "billing/invoice",
    "bug/crash",
    "churn/cancel-request",
    "csat/low",
    "lang/non-english",
    "triage/unsorted",
    "newsletter",
    "vip",
)
SPAN = 90 * 86_400
"""Everything was written within so many seconds before the end."""


def populate(workspace: Workspace, size: Size, *, seed: int, now: int, app_id: str) -> None:
    """Invent so much and make it known; it all happened before `now` (Unix seconds)."""
    _Population(workspace, Cast(random.Random(seed), app_id), now).fill(size)  # noqa: S311 - repeatable inventions, not secrets


class _Population:
    def __init__(self, workspace: Workspace, cast: Cast, now: int) -> None:
        self._workspace = workspace
        self._cast = cast
        self._rng = cast.rng
        self._now = now
        self._tag_ids = [workspace.find_or_create_tag(name)[0].id for name in TAGS]

    def fill(self, size: Size) -> None:
        conversations, tickets, contacts, companies = size.filled()
        company_ids = [self._company(number) for number in range(1, companies + 1)]
        customers = [self._contact(number, company_ids) for number in range(1, contacts + 1)]
        for began in self._moments(conversations):
            item = invent_conversation(self._cast, self._rng.choice(customers), began, self._now)
            self._tag(self._workspace.put("conversation", item["id"], item), 0.5)
        kinds = ticket_types(self._cast.app_id)
        for number, began in enumerate(self._moments(tickets), 1):
            kind, customer = self._rng.choice(kinds), self._rng.choice(customers)
            item = invent_ticket(self._cast, customer, kind, number, began, self._now)
            self._tag(self._workspace.put("ticket", item["id"], item), 0.3)
        self._segments(customers)

    def _moments(self, count: int) -> list[int]:
        """When things began, oldest first."""
        return sorted(self._now - 1 - self._rng.randrange(SPAN) for _ in range(count))

    def _company(self, number: int) -> str:
        item = company(self._cast, number, self._now)
        self._tag(self._workspace.put("company", item["id"], item), 0.2)
        return str(item["id"])

    def _contact(self, number: int, company_ids: Sequence[str]) -> Customer:
        customer, item = contact(self._cast, number, [language.code for language in LANGUAGES], self._now)
        tagged = self._workspace.put("contact", customer.id, item)
        if company_ids and self._rng.random() < 0.8:  # noqa: PLR2004 - most work somewhere
            tagged.companies = (self._rng.choice(company_ids),)
            self._count(tagged.companies[0])
        self._tag(tagged, 0.2)
        return customer

    def _count(self, company_id: str) -> None:
        found = self._workspace.find("company", company_id)
        found.item = {**found.item, "user_count": found.item["user_count"] + 1}

    def _tag(self, tagged: Tagged, probability: float) -> None:
        if self._rng.random() >= probability:
            return
        for tag_id in self._rng.sample(self._tag_ids, self._rng.choice((1, 1, 2))):
            admin = self._cast.teammate()
            tagged.tags[tag_id] = Applied(int(tagged.item["updated_at"]), admin.id)

    def _segments(self, customers: Sequence[Customer]) -> None:
        vip = self._workspace.find_or_create_tag("vip")[0].id
        quiet = frozenset(self._rng.sample([customer.id for customer in customers], len(customers) // 5))
        made = self._now - SPAN
        for number, (name, tag_ids, members) in enumerate((("VIPs", (vip,), frozenset[str]()), ("Quiet", (), quiet))):
            segment_id = f"66f1{self._rng.getrandbits(72):018x}{number:02x}"
            self._workspace.segments[segment_id] = Segment(segment_id, name, made, "user", tag_ids, members)
