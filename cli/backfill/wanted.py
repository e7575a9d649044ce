"""What the command was called with, and whether the workspace's rules can do that."""

from dataclasses import dataclass
from pathlib import Path

import click

from cli import process
from rules.deciding.ruleset import RuleSet
from rules.findings.suggestion import nearest
from rules.language.values import Kind
from rules.reading.loader import load
from rules.telling import report
from state.backfill import Backfill
from workers.settings import Workspace


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command was called with. `since` is in Unix seconds, `said` the words for it."""

    kind: Kind
    said: str
    since: int
    rules: tuple[str, ...]
    missed: bool
    dry: bool
    yes: bool

    def asked(self, app_id: str, rule_set: RuleSet) -> Backfill:
        """The backfill that this asks for."""
        return Backfill(
            app_id,
            self.kind,
            self.since,
            tuple(sorted(set(self.rules))),
            missed=self.missed,
            dry=self.dry,
            said=self.said,
            rule_set=rule_set.hash,
        )


def rules(workspace: Workspace, wanted: Wanted) -> RuleSet:
    """The rules of the workspace; ends the command if they cannot do what is wanted."""
    rule_set = _loaded(workspace.rules)
    known = {rule.id: rule for rule in rule_set.rules}
    for name in wanted.rules:
        if name not in known:
            close = nearest(name, known)
            advice = f'; did you mean "{close}"?' if close else ""
            raise click.BadParameter(f'there is no rule "{name}"{advice}', param_hint="--rule")
        rule = known[name]
        if rule.mode != "live":
            raise click.BadParameter(f'"{name}" is in mode {rule.mode}: it would change nothing', param_hint="--rule")
        if wanted.kind not in rule.applies_to:
            kinds = " and ".join(f"{kind}s" for kind in rule.applies_to).replace("companys", "companies")
            raise click.BadParameter(f'"{name}" is about {kinds}', param_hint="--rule")
    return rule_set


def _loaded(folder: Path) -> RuleSet:
    loaded = load(folder)
    if loaded.rule_set is None:
        errors = [finding for finding in loaded.findings if finding.severity == "error"]
        process.refuse(("the rules have errors, so nothing is decided:", *map(report.as_text, errors)), status=1)
    return loaded.rule_set
