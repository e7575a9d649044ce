"""How a demo shows itself: live on a terminal, line by line elsewhere, or not at all."""

from collections import deque
from contextlib import AbstractContextManager
from typing import Protocol, Self

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live as RichLive
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.demo.report import Latency, Report, Round
from state.feed import Entry, Step

ROWS = 14


class Show(AbstractContextManager["Show"], Protocol):
    """Where the demo tells what happens. As a context manager it lasts while events are under way."""

    def say(self, sentence: str) -> None:
        """What happens next."""

    def entry(self, entry: Entry) -> None:
        """An event was handled."""

    def progress(self, played: Round) -> None:
        """How far things are."""

    def end(self, report: Report) -> None:
        """The summary."""


class Silent:
    """Shows nothing: whoever asked for JSON gets nothing else."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def say(self, sentence: str) -> None:
        """Nothing."""

    def entry(self, entry: Entry) -> None:
        """Nothing."""

    def progress(self, played: Round) -> None:
        """Nothing."""

    def end(self, report: Report) -> None:
        """Nothing."""


class Plain(Silent):
    """A line an event, for files and pipes."""

    def say(self, sentence: str) -> None:
        """The sentence, as a line."""
        click.echo(sentence)

    def entry(self, entry: Entry) -> None:
        """A line for each change that was made."""
        for step in entry.steps:
            if step.outcome != "already so":
                click.echo(_line(entry, step))

    def end(self, report: Report) -> None:
        """The summary, line by line."""
        click.echo()
        for line in summary(report):
            click.echo(line)


class Live(Plain):
    """A picture that is drawn anew several times a second."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: deque[tuple[Entry, Step]] = deque(maxlen=ROWS)
        self._played = Round()
        self._live = RichLive(console=console, refresh_per_second=10, get_renderable=self._picture)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.__exit__(None, None, None)

    def say(self, sentence: str) -> None:
        """The sentence, above the picture."""
        self._console.print(sentence, style="dim", highlight=False)

    def entry(self, entry: Entry) -> None:
        """One more row for each change."""
        self._rows.extend((entry, step) for step in entry.steps if step.outcome != "already so")

    def progress(self, played: Round) -> None:
        """Move the bar."""
        self._played = played

    def end(self, report: Report) -> None:
        """The summary, with a verdict in colour."""
        self._console.print()
        verdict, *lines = summary(report)
        self._console.print(verdict, style="bold green" if report.complete else "bold red", highlight=False)
        for line in lines:
            self._console.print(line, highlight=False)

    def _picture(self) -> RenderableType:
        played = self._played
        head = Table.grid(padding=(0, 3))
        bar = ProgressBar(total=max(played.sendings, 1), completed=played.acked, width=50)
        head.add_row(bar, f"{played.sent} sent", f"{played.acked} acked", f"{len(played.delays)} tags changed")
        table = Table("event", "object", "tag", "by rule", "after", box=None, pad_edge=False)
        for entry, step in self._rows:
            table.add_row(entry.topic, entry.target, _tag(entry, step), ", ".join(step.rules), _after(step))
        return Group(head, Text(), table)


def summary(report: Report) -> list[str]:
    """The verdict, then the numbers, then what is missing where."""
    lines = [
        "every tag is where it should be" if report.complete else "NOT every tag is where it should be",
        f"  sent {report.sent}   acked {report.acked}   tagged {report.tagged}   lost {report.lost}",
        f"  unwanted {report.unwanted}   dead letters {report.dead}",
        f"  webhook to tag call    {_milliseconds(report.latency_ms)}",
        f"  answer to the webhook  {_milliseconds(report.answer_ms)}",
        *(f"  {count:5d}  {rule}" for rule, count in sorted(report.by_rule.items(), key=lambda pair: -pair[1])),
    ]
    for wrong in report.differences:
        missing, unwanted = ", ".join(wrong["missing"]), ", ".join(wrong["unwanted"])
        lines.append(f"  {wrong['object']}: missing {missing or 'nothing'}; unwanted {unwanted or 'nothing'}")
    return [*lines, f"  the same inbox again: --seed {report.seed}"]


def _milliseconds(latency: Latency) -> str:
    return "nothing to measure" if latency.p50 is None else f"p50 {latency.p50} ms, p99 {latency.p99} ms"


def _line(entry: Entry, step: Step) -> str:
    return f"{entry.topic:34} {entry.target:34} {_tag(entry, step):38} {', '.join(step.rules)} {_after(step)}".rstrip()


def _tag(entry: Entry, step: Step) -> str:
    elsewhere = "" if entry.target.startswith(f"{step.kind}:") else f" on the {step.kind}"
    tag = f"{'+' if step.action == 'add' else '-'} {step.tag}{elsewhere}"
    return tag if step.outcome == "made" else f"{tag} ({step.outcome})"


def _after(step: Step) -> str:
    return "" if step.delay is None else f"{step.delay * 1000:.0f} ms"
