"""What the doctor finds about a workspace's rules, and about what Intercom should send for them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cli.doctor.line import Line, Verdict
from cli.tags.comparison import compare
from rules.language.topics import TOPICS
from rules.reading.loader import Loaded, load
from rules.telling import report
from rules.telling.report import plural
from workers.intercom.answers import Tag

SHOWN = 5
"""How many names one line tells."""


def read(folder: Path) -> Loaded:
    """The rules as they are today."""
    return load(folder, datetime.now(UTC).date())


def examine_rules(loaded: Loaded | None, folder: Path | None, workspace: str | None) -> Line:
    """One line: errors are wrong, warnings are warnings."""
    if loaded is None or folder is None:
        return Line("rules", "could not be checked", "there is no folder of rules", workspace=workspace)
    words = report.summary(loaded)
    worst = [finding for finding in loaded.findings if finding.severity in {"error", "warning"}]
    worst.sort(key=lambda finding: finding.severity != "error")
    if not worst:
        return Line("rules", "ok", words, workspace=workspace)
    first = worst[0]
    words = f"{words}; the first: {first.file}:{first.line}:{first.column}: {first.message}"
    verdict: Verdict = "wrong" if first.severity == "error" else "warning"
    return Line("rules", verdict, words, f"autotagger rules check {folder}", workspace)


def examine_tags(
    loaded: Loaded | None,
    tags: tuple[Tag, ...] | None,
    known: Mapping[str, str],
    workspace: str | None,
    *,
    create: bool,
) -> Line:
    """One line: whether the workspace has every tag of the rules; `known` are the ids that workers use, by name."""
    rule_set = loaded.rule_set if loaded else None
    if rule_set is None or tags is None:
        why = "there are no rules without errors" if rule_set is None else "the workspace's tags could not be listed"
        return Line("tags", "could not be checked", why, workspace=workspace)
    rows = compare(rule_set.tags, (), tags, known)
    missing = [row.name for row in rows if row.kind == "missing" and row.name]
    if not missing:
        return Line("tags", "ok", "the workspace has every tag of tags.yaml", workspace=workspace)
    more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    words = f"the workspace lacks {plural(len(missing), 'tag')} of tags.yaml: {', '.join(missing[:SHOWN])}{more}"
    if create:
        return Line("tags", "ok", f"{words}; workers create them when they are needed", workspace=workspace)
    return Line("tags", "wrong", words, "autotagger tags sync --apply, or AUTOTAGGER_CREATE_TAGS=yes", workspace)


def examine_webhook(loaded: Loaded | None, workspace: str | None) -> Line:
    """What nobody but a person can look at: where Intercom sends to, and what."""
    kinds = dict.fromkeys(_kinds(loaded))
    which = f"topics of {', '.join(kinds)}" if kinds else "the topics that your rules need"
    words = "Intercom's API does not tell where webhooks go"
    remedy = (
        "in the Developer Hub, under Webhooks, the URL is https://YOUR-HOST/webhooks/intercom, "
        f"with {which} switched on"
    )
    return Line("webhook", "could not be checked", words, remedy, workspace)


def _kinds(loaded: Loaded | None) -> Iterator[str]:
    rules = loaded.rule_set.rules if loaded and loaded.rule_set else ()
    yield from (kind for kind in TOPICS for rule in rules if kind in rule.applies_to)
