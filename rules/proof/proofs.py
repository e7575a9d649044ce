"""What the rules of a set do to each other: proofs, each with an event that shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.deciding.ruleset import RuleSet
from rules.proof import disagreeing, subject, superfluous, told
from rules.proof.subject import Subject
from rules.proof.told import Proof


@dataclass(frozen=True, slots=True)
class Proofs:
    """All of them, in the order of the files. Of what is `undecided` it is not known whether it is so."""

    found: tuple[Proof, ...]
    undecided: tuple[Proof, ...]


def prove(rule_set: RuleSet) -> Proofs:
    """Rules that can never match, that do nothing besides others, and that disagree; disabled ones are left out."""
    subjects = [subject.of(rule) for rule in rule_set.rules if rule.mode != "disabled"]
    living = [one for one in subjects if not one.dead and not one.too_many]
    proofs = [
        *(proof for one in subjects for proof in _alone(one)),
        *superfluous.look(rule_set, living),
        *disagreeing.look(rule_set, living),
    ]
    proofs.sort(key=lambda proof: (proof.finding.file, proof.finding.line))
    return Proofs(
        tuple(proof for proof in proofs if not proof.undecided),
        tuple(proof for proof in proofs if proof.undecided),
    )


def _alone(one: Subject) -> Iterator[Proof]:
    """What is to be said of one rule without any other."""
    rule = one.rule
    whether = f'whether rule "{rule.id}" can match'
    if one.too_many:
        yield told.undecided(rule, whether, "it can match in too many ways to look at each, alone or beside others")
    elif one.dead:
        yield told.dead(rule, one.clashes)
    elif not subject.seen_matching(one):
        yield told.undecided(rule, whether, subject.obstacle(rule))
