"""What the rules of a set do to each other: proofs, each with an event that shows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rules.deciding.ruleset import RuleSet
from rules.findings.finding import Findings, in_order
from rules.proof import disagreeing, subject, superfluous, told
from rules.proof.subject import Subject
from rules.proof.told import Proof
from rules.reading import absence
from rules.reading.loader import Loaded

MOST_WAYS = 25_000
"""Ways to match of all rules together that are looked at: most rules have one."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """All of them, in the order of the files. Of what is `undecided` it is not known whether it is so."""

    found: tuple[Proof, ...]
    undecided: tuple[Proof, ...]


def prove(rule_set: RuleSet) -> Proofs:
    """Rules that can never match, that do nothing besides others, and that disagree; disabled ones are left out."""
    subjects = _subjects(rule_set)
    proofs = _in_order([*_looked(rule_set, subjects), *(proof for one in subjects for proof in _unseen(one))])
    return Proofs(
        tuple(proof for proof in proofs if not proof.undecided),
        tuple(proof for proof in proofs if proof.undecided),
    )


def checked(loaded: Loaded) -> Loaded:
    """What was loaded, with what only the whole set shows among the findings; nothing where there are errors.

    What could not be decided is left to `prove`: nobody can mend it, and nothing may be wrong.
    """
    if loaded.rule_set is None:
        return loaded
    found = Findings()
    absence.look(loaded.rule_set, found)
    for proof in _in_order(_looked(loaded.rule_set, _subjects(loaded.rule_set))):
        if not proof.undecided:
            found.add(proof.finding)
    return replace(loaded, findings=in_order((*loaded.findings, *found.sorted())))


def _subjects(rule_set: RuleSet) -> tuple[Subject, ...]:
    subjects, looked_at = [], 0
    for rule in rule_set.rules:
        if rule.mode != "disabled":
            one = subject.of(rule) if looked_at < MOST_WAYS else subject.unlooked(rule)
            looked_at += one.looked_at
            subjects.append(one)
    return tuple(subjects)


def _looked(rule_set: RuleSet, subjects: Sequence[Subject]) -> Iterator[Proof]:
    living = [one for one in subjects if not one.dead and not one.too_many]
    yield from (told.dead(one.rule, one.clashes) for one in subjects if one.dead)
    yield from superfluous.look(living)
    yield from disagreeing.look(rule_set, living)


def _in_order(proofs: Iterable[Proof]) -> list[Proof]:
    return sorted(proofs, key=lambda proof: (proof.finding.file, proof.finding.line))


def _unseen(one: Subject) -> Iterator[Proof]:
    """Whether the rule can match at all, where no event shows it and nothing rules it out."""
    whether = f'whether rule "{one.rule.id}" can match'
    if one.too_many:
        reason = "it can match in too many ways to look at each, alone or beside others"
        yield told.undecided(one.rule, whether, reason)
    elif not one.dead and not subject.seen_matching(one):
        yield told.undecided(one.rule, whether, subject.obstacle(one.rule))
