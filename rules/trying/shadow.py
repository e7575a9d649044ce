"""What would be otherwise if the rules in shadow mode were live."""

from collections.abc import Collection
from dataclasses import dataclass

from rules.deciding.decision import Change, Decision, Withdrawal
from rules.language.values import Kind


@dataclass(frozen=True, slots=True)
class Otherwise:
    """How the decision as if all rules were live differs from the one that counts.

    `more` are changes that would be made besides, `fewer` those that would not be made any more, `conflicts` tags that
    rules would newly disagree about, `withdrawals` claims that would be given up besides. `open` are changes that are
    made now, and would have to wait for a rule in shadow mode of whose condition something has not been fetched.
    """

    more: tuple[Change, ...] = ()
    fewer: tuple[Change, ...] = ()
    conflicts: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    open: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.more or self.fewer or self.conflicts or self.withdrawals or self.open)


def otherwise(decision: Decision, waiting: Collection[str] = ()) -> Otherwise | None:
    """How the second decision differs from the first; None where no rule in shadow mode has anything to do with it.

    `waiting` are the rules that in the second one wait for another one of their group.
    """
    then = decision.if_live
    if then is None:
        return None
    before, after = _by_key(decision.changes), _by_key(then.changes)
    gone = [change for key, change in before.items() if key not in after]
    return Otherwise(
        tuple(change for key, change in after.items() if key not in before),
        tuple(change for change in gone if not set(change.rules) & set(waiting)),
        tuple(tag for tag in then.conflicts if tag not in decision.conflicts),
        tuple(given_up for given_up in then.withdrawals if given_up not in decision.withdrawals),
        tuple(change for change in gone if set(change.rules) & set(waiting)),
    )


def _by_key(changes: tuple[Change, ...]) -> dict[tuple[Kind, str, str], Change]:
    return {(change.kind, change.tag, change.action): change for change in changes}
