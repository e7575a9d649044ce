"""Rules that match whenever another one does, and what that makes of the other."""

from collections.abc import Sequence

from rules.deciding.asked import During
from rules.deciding.rule import Rule
from rules.proof import clash
from rules.proof.subject import Subject, is_pattern
from rules.proof.ways import Literal, Way

_MOST_WAYS = 512


def covers(wide: Subject, narrow: Subject) -> bool | None:
    """Whether one rule surely matches whenever another one does; None if only patterns or windows keep it unsure.

    It is also sure where something was not fetched: what the one knows is enough for the other.
    """
    if wide.too_many or narrow.too_many or not set(narrow.rule.applies_to) <= set(wide.rule.applies_to):
        return False
    outcomes: list[bool | None] = []
    for kind, mine in narrow.ways.items():
        others = wide.ways[kind]
        if len(mine) * len(others) > _MOST_WAYS:
            return False
        outcomes += [_best([_follows(one, other) for other in others]) for one in mine]
        if False in outcomes:
            return False
    return None if None in outcomes else True


def _best(outcomes: Sequence[bool | None]) -> bool | None:
    return True if True in outcomes else None if None in outcomes else False


def _follows(narrow: Way, wide: Way) -> bool | None:
    if not wide.keys() <= narrow.keys():
        return False
    unsure = False
    for path, asked in wide.items():
        for literal in asked:
            had = narrow[path]
            if literal.given or clash.implied(literal, had):
                continue
            if not _hard(literal) or not any(map(_hard, had)):
                return False
            unsure = True
    return None if unsure else True


def _hard(literal: Literal) -> bool:
    return is_pattern(literal.test) or isinstance(literal.test.asked, During)


def may_beat(earlier: Rule, later: Rule) -> bool:
    """Whether one rule keeps another of its group from acting wherever both match."""
    if earlier.group is None or earlier.group != later.group or earlier.limits is not None:
        return False
    places = [(rule.span.line, rule.span.column) for rule in (earlier, later)]
    return earlier.mode == later.mode and places[0] < places[1]


def may_replace(wide: Subject, narrow: Subject) -> bool:
    """Whether one rule does all that another does, and in the same way, wherever both match."""
    one, other = wide.rule, narrow.rule
    return (
        narrow.wishes <= wide.wishes
        and (one.group, other.group) == (None, None)
        and one.mode == other.mode
        and one.priority >= other.priority
        and one.limits is None
        and one.if_unmatched == other.if_unmatched == "keep"
        and other.admin_id in {None, one.admin_id}
    )


def same_effects(one: Subject, other: Subject) -> bool:
    """Whether two rules do the same, apart from when."""
    return one.effects == other.effects
