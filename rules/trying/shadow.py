"""What would be otherwise if the rules in shadow mode were live."""

from dataclasses import dataclass

from rules.deciding.decision import Change, Decision, Withdrawal
from rules.language.values import Kind


@dataclass(frozen=True, slots=True)
class Otherwise:
    """How the decision as if all rules were live differs from the one that counts.

    `more` are changes that would be made besides, `fewer` those that would not be made any more, `conflicts` tags that
    rules would newly disagree about, `withdrawals` claims that would be given up besides.
    """

    more: tuple[Change, ...] = ()
    fewer: tuple[Change, ...] = ()
    conflicts: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.more or self.fewer or self.conflicts or self.withdrawals)


def otherwise(decision: Decision) -> Otherwise | None:
    """How the second decision differs from the first; None where no rule in shadow mode has anything to do with it."""
    then = decision.if_live
    if then is None:
        return None
    before, after = _by_key(decision.changes), _by_key(then.changes)
    return Otherwise(
        tuple(change for key, change in after.items() if key not in before),
        tuple(change for key, change in before.items() if key not in after),
        tuple(tag for tag in then.conflicts if tag not in decision.conflicts),
        tuple(gone for gone in then.withdrawals if gone not in decision.withdrawals),
    )


def _by_key(changes: tuple[Change, ...]) -> dict[tuple[Kind, str, str], Change]:
    return {(change.kind, change.tag, change.action): change for change in changes}
