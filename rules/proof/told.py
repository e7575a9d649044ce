"""Proofs in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.deciding.condition import Test
from rules.deciding.rule import Rule
from rules.findings.finding import LONGEST_MESSAGE, Finding, Severity
from rules.language.operators import described
from rules.proof.clash import Clash
from rules.proof.ways import Literal
from rules.proof.witness import Witness

UNDECIDED = "cannot-prove"

_REASONS = 3
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that is so, or that could not be decided, and of which rules. `witness` is an event that shows it."""

    finding: Finding
    rules: tuple[str, ...]
    witness: Witness | None = None

    @property
    def undecided(self) -> bool:
        """Whether it is not known to be so."""
        return self.finding.code == UNDECIDED


def dead(rule: Rule, clashes: Iterable[Clash]) -> Proof:
    """A rule that no event can match, and the tests because of which."""
    reasons = list(dict.fromkeys(reason for clash in clashes for reason in _clash(clash)))
    more = [f"and {len(reasons) - _REASONS:,} more such contradictions"] if len(reasons) > _REASONS else []
    notes = (*reasons[:_REASONS], *more)
    return _proof(rule, "never-matches", f'rule "{rule.id}" can never match', notes, (rule.id,))


def shadowed(rule: Rule, by: Rule, witness: Witness, *, same_group: bool) -> Proof:
    """A rule that never does anything besides another one."""
    why = "comes first in their group and matches" if same_group else "does all that it does"
    message = f'rule "{rule.id}" changes nothing: whenever it matches, rule "{by.id}" ({_place(by)}) {why}'
    return _proof(rule, "shadowed-by", message, _shown(witness), (rule.id, by.id), witness)


def duplicate(rule: Rule, of: Rule, witness: Witness) -> Proof:
    """A rule that matches what another one matches and does the same."""
    message = f'rule "{rule.id}" matches the same events as rule "{of.id}" ({_place(of)}) and does the same'
    return _proof(rule, "duplicate-rule", message, _shown(witness), (rule.id, of.id), witness)


def conflict(adding: Rule, removing: Rule, tag: str, witness: Witness) -> Proof:
    """Two rules that can match one event and disagree about a tag."""
    message = (
        f'rule "{removing.id}" removes "{tag}", rule "{adding.id}" ({_place(adding)}) adds it, and neither has the '
        "higher priority: where both match, nothing happens"
    )
    return _proof(removing, "add-remove-conflict", message, _shown(witness), (removing.id, adding.id), witness)


def undecided(rule: Rule, whether: str, reason: str, *others: Rule) -> Proof:
    """Something about a rule, and others, that nobody knows."""
    rules = (rule.id, *(other.id for other in others))
    return _proof(rule, UNDECIDED, f"not decided: {whether}", (reason,), rules)


def _proof(
    rule: Rule, code: str, message: str, notes: Iterable[str], rules: tuple[str, ...], witness: Witness | None = None
) -> Proof:
    span = rule.span
    severity: Severity = "info" if code == UNDECIDED else "warning"
    line = span.source.line(span.line)
    finding = Finding(
        *(span.file, span.line, span.column, severity, code, message),
        end_column=span.end_column,
        source_line=line,
        notes=tuple(notes),
        owner=rule.owner,
    )
    return Proof(finding, rules, witness)


def _place(rule: Rule) -> str:
    return f"{rule.span.file}:{rule.span.line}"


def _shown(witness: Witness) -> Iterable[str]:
    yield "as this event shows, which is a file that `rules explain` reads:"
    yield from (f"  {line}"[:LONGEST_MESSAGE] for line in witness.lines)


def _clash(clash: Clash) -> Iterator[str]:
    """A contradiction, and what only those know who know Intercom's notifications."""
    said = [_literal(literal) for literal in clash]
    alone = said[0] if clash[0].brings else f"{said[0]}: no value fits"
    yield alone if len(said) == 1 else f"cannot be so together: {' / '.join(said)}"
    for literal in clash:
        if literal.brings and literal.test.written:
            yield f"only these topics bring {literal.brings}: {', '.join(literal.test.written)}"


def _literal(literal: Literal) -> str:
    if literal.brings:
        needs = "something found in" if literal.test.written else "no topic brings"
        return f"line {literal.test.span.line}: {needs} {literal.brings}"
    asked = _asked(literal.test)
    return asked if literal.found is not literal.test.negative else f"not so: {asked}"


def _asked(test: Test) -> str:
    said = f"line {test.span.line}: {test.field.path} {described(test.operator, test.written)}"
    shown = "".join(letter if letter.isprintable() else "�" for letter in said[:_LONGEST])
    return shown if len(said) <= _LONGEST else f"{shown}…"
