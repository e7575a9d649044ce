"""What an undo comes to before anything is done, by our own record."""

from collections import Counter
from dataclasses import dataclass, field

from redis.asyncio import Redis

from facts.target import Target
from state.ledger import Ledger
from state.touched import Touched
from workers.undo.plan import Found, Wanted, found
from workers.undo.reversal import Left

SAMPLES = 5


@dataclass(slots=True)
class Plan:
    """What is to be undone: on which objects, which tags come off and go back on, and what is left alone and why.

    `known` are the rules that have done anything at all.
    """

    known: frozenset[str] = frozenset()
    targets: list[Target] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[Target, tuple[str, ...]]] = field(default_factory=list)
    calls: int = 0

    @property
    def tickets(self) -> int:
        """How many of the objects are tickets, whose tags Intercom does not tell."""
        return sum(target.kind == "ticket" for target in self.targets)

    def add(self, one: Found) -> None:
        """What one object adds to it."""
        signs = []
        for tag, finding in sorted(one.findings.items()):
            if isinstance(finding, Left):
                self.left[finding.why] += 1
            else:
                (self.removed if finding.action == "remove" else self.added)[tag] += 1
                signs.append(f"{'-' if finding.action == 'remove' else '+'}{tag}")
                # The change, and a look before it where Intercom tells the tags.
                self.calls += 1 if one.target.kind == "ticket" else 2
        if signs:
            self.targets.append(one.target)
            if len(self.samples) < SAMPLES:
                self.samples.append((one.target, tuple(signs)))


async def planned(redis: Redis, app_id: str, wanted: Wanted) -> Plan:
    """Look through all that the rules have touched since then. Redis's errors pass through."""
    touched = Touched(redis, app_id)
    plan = Plan(frozenset([rule for rule in wanted.rules if await touched.any(rule)]))
    async for one in found(wanted, touched, Ledger(redis)):
        plan.add(one)
    return plan
