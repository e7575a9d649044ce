"""`autotagger rules test`."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from cli.rules import arguments, output
from cli.rules.arguments import Form
from rules.deciding.rule import Example
from rules.findings.finding import Finding
from rules.reading.loader import Loaded
from rules.telling import junit, report
from rules.telling.junit import Case
from rules.trying import coverage, rehearsal, trial
from rules.trying.coverage import Coverage
from rules.trying.rehearsal import Played
from rules.trying.trial import Outcome

_LONGEST = 100
_TRIED = frozenset({"failed-example", "failed-scenario"})


@click.command(short_help="Try the examples and scenarios of FOLDER.")
@arguments.folder
@arguments.form
@click.option("--coverage", "show_gaps", is_flag=True, help="List the rules and tests that nothing tries.")
@click.option("--min-coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="Fail below this coverage.")
@click.option("--junit", "junit_file", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report.")
def test(folder: Path, form: Form, min_coverage: float | None, junit_file: Path | None, *, show_gaps: bool) -> None:
    """Try the examples that stand in the rules of FOLDER, each rule alone, and its scenarios, all rules together.

    Exits with 0 if everything came out as its author says, with 1 if something did not, if nothing could be tried, or
    if less is covered than --min-coverage asks for.
    """
    tried = _try(arguments.loaded(folder), str(folder))
    gaps = tried.gaps(min_coverage, asked=show_gaps)
    output.write((*tried.findings, *gaps), form, _as_text, tried.as_json)
    if form == "text":
        _summarise(tried, min_coverage)
    if junit_file is not None:
        _write(junit_file, junit.document(_cases(tried, gaps)))
    sys.exit(any(finding.severity == "error" for finding in (*tried.findings, *gaps)))


def _write(path: Path, document: str) -> None:
    try:
        path.write_text(document, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}", param_hint="--junit") from error


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of everything. `findings` are errors: of the rules, or of examples and scenarios.

    `reasons` say for programs why examples and scenarios failed.
    """

    loaded: Loaded
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...] = ()
    played: tuple[Played, ...] = ()
    coverage: Coverage | None = None
    reasons: Mapping[Finding, Mapping[str, Any]] = field(default_factory=dict)

    def as_json(self, finding: Finding) -> dict[str, Any]:
        """A finding for programs: as all findings are, and for a failure why."""
        return {**report.as_json(finding), **self.reasons.get(finding, {})}

    def gaps(self, least: float | None, *, asked: bool) -> tuple[Finding, ...]:
        """What nothing tries: errors if too little is tried, else only to be known."""
        if self.coverage is None or not (self.outcomes or self.played):
            return ()
        if least is not None and self.coverage.percent < least:
            return self.coverage.gaps
        return tuple(replace(gap, severity="info") for gap in self.coverage.gaps) if asked else ()


def _try(loaded: Loaded, folder: str) -> _Tried:
    rule_set = loaded.rule_set
    if rule_set is None:
        return _Tried(loaded, tuple(finding for finding in loaded.findings if finding.severity == "error"))
    outcomes, played = tuple(trial.trials(rule_set)), tuple(rehearsal.play(rule_set))
    reasons = {
        **{trial.failure(outcome): trial.details(outcome) for outcome in outcomes if not outcome.as_expected},
        **{rehearsal.failure(one): rehearsal.details(one) for one in played if not one.as_expected},
    }
    findings = tuple(reasons)
    if not outcomes and not played:
        findings = (Finding(folder, 1, 1, "error", "no-examples", trial.summary(outcomes)),)
    return _Tried(loaded, findings, outcomes, played, coverage.measure(rule_set, outcomes, played), reasons)


def _as_text(finding: Finding) -> str:
    if finding.code == "no-examples":
        return finding.message
    return trial.as_text(finding) if finding.code in _TRIED else report.as_text(finding)


def _summarise(tried: _Tried, least: float | None) -> None:
    if tried.loaded.rule_set is None:
        click.echo(report.summary(tried.loaded))
        return
    if tried.outcomes:
        click.echo(trial.summary(tried.outcomes))
    if tried.played:
        click.echo(rehearsal.summary(tried.played))
    if tried.coverage and (tried.outcomes or tried.played):
        missed = least is not None and tried.coverage.percent < least
        wanted = f": less than {least:g} %" if missed else ""
        click.echo(f"coverage: {tried.coverage.rules.of('rule')}, {tried.coverage.tests.of('test')}{wanted}")


def _cases(tried: _Tried, gaps: tuple[Finding, ...]) -> list[Case]:
    """Every example and scenario as a case of its own, and everything else that is an error."""
    cases = [_example(outcome) for outcome in tried.outcomes] + [_scenario(one) for one in tried.played]
    others = (*tried.findings, *(gap for gap in gaps if gap.severity == "error"))
    return cases + [_other(finding) for finding in others if finding.code not in _TRIED]


def _example(outcome: Outcome) -> Case:
    span = outcome.example.span
    failed = None if outcome.as_expected else trial.failure(outcome)
    return _case(
        outcome.rule.id, f"{outcome.example.expectation}: {_words(outcome.example)}", span.file, span.line, failed
    )


def _words(example: Example) -> str:
    """An example on one line, and no more of it than tells it from others."""
    text = " ".join(trial.words(example).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _scenario(played: Played) -> Case:
    span = played.scenario.span
    failed = None if played.as_expected else rehearsal.failure(played)
    return _case("scenarios", played.scenario.name, span.file, span.line, failed)


def _other(finding: Finding) -> Case:
    return _case(finding.code, f"{finding.file}:{finding.line}:{finding.column}", finding.file, finding.line, finding)


def _case(suite: str, name: str, file: str, line: int, failed: Finding | None) -> Case:
    if failed is None:
        return Case(suite, name, file, line)
    return Case(suite, name, file, line, failed.message, _as_text(failed))
