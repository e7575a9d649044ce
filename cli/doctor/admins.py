"""What the doctor finds about the teammates whose names rules give to their changes."""

from collections import defaultdict
from collections.abc import Collection
from itertools import islice

from cli.doctor.line import Line, Verdict
from rules.deciding.rule import Rule
from rules.reading.loader import Loaded
from rules.telling.report import plural

SHOWN = 20
"""How many rules the line tells: a wrong id among the defaults of a file is that of all its rules."""


def examine_admins(loaded: Loaded | None, admins: Collection[str] | None, workspace: str | None) -> Line:
    """One line: whether each `admin_id` of a rule is one of the workspace's `admins`, None if nobody could list them.

    Rules that are disabled change nothing in anybody's name.
    """
    rule_set = loaded.rule_set if loaded else None
    if rule_set is None:
        return _line("could not be checked", "there are no rules without errors", workspace)
    named = [rule for rule in rule_set.rules if rule.admin_id is not None and rule.mode != "disabled"]
    if not named:
        return _line("ok", "no rule names an admin_id of its own", workspace)
    if admins is None:
        return _line("could not be checked", "the workspace's admins could not be listed", workspace)
    unknown = [rule for rule in named if rule.admin_id not in admins]
    if not unknown:
        return _line("ok", "every admin_id of the rules is an admin of the workspace", workspace)
    name = "names" if len(unknown) == 1 else "name"
    words = f"{plural(len(unknown), 'rule')} {name} an admin_id that is no admin of the workspace: {_places(unknown)}"
    remedy = "set their admin_id to the id of a teammate of this workspace, or leave it out"
    return Line("admins of rules", "wrong", words, remedy, workspace)


def _places(rules: list[Rule]) -> str:
    """By admin, the rules that name them, and where those stand."""
    places = defaultdict(list)
    for rule in islice(rules, SHOWN):
        places[rule.admin_id].append(f'"{rule.id}" ({rule.span.file}:{rule.span.line})')
    more = f" and {len(rules) - SHOWN:,} more" if len(rules) > SHOWN else ""
    return "; ".join(f"{admin_id} in {', '.join(found)}" for admin_id, found in places.items()) + more


def _line(verdict: Verdict, words: str, workspace: str | None) -> Line:
    return Line("admins of rules", verdict, words, workspace=workspace)
