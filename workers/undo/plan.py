"""Finding what a rule did, by our own record of it: nothing is asked of Intercom."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from facts.target import Target
from rules.language.values import Kind
from state.ledger import Ledger
from state.touched import Touched
from workers.undo import reversal
from workers.undo.reversal import Finding

APART = 60.0
"""Seconds that Redis's clock and Intercom's may be apart: the one says when a rule touched what, the other the rest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """To undo what `rules` did from `since` on (Unix seconds, Intercom's clock), on objects of these kinds."""

    rules: frozenset[str]
    since: float
    kinds: frozenset[Kind]


class Found(NamedTuple):
    """One object, and what is to become of its tags: their names, and what of them is undone or left alone."""

    target: Target
    findings: Mapping[str, Finding]


async def found(wanted: Wanted, touched: Touched, ledger: Ledger) -> AsyncIterator[Found]:
    """All objects on which there is something to undo, or to leave alone, each once. Redis's errors pass through."""
    seen: set[Target] = set()
    for rule in sorted(wanted.rules):
        async for page in touched.since(rule, wanted.since - APART):
            targets = [target for target in page if target.kind in wanted.kinds and target not in seen]
            seen.update(targets)
            for target, entries in zip(targets, await ledger.all_entries(targets), strict=True):
                findings = {entry.tag: reversal.find(entry, wanted.rules, wanted.since) for entry in entries.values()}
                known = {tag: finding for tag, finding in findings.items() if finding is not None}
                if known:
                    yield Found(target, known)
