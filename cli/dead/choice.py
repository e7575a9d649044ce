"""Which dead letters a command is about: named ones, or those that fit."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from redis.asyncio import Redis

from cli.since import WANTED, since
from rules.telling.report import plural
from state.dead import DeadLetters, Filter, Letter

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Choice:
    """Dead letters by the ids of their jobs, or else those that fit."""

    ids: tuple[str, ...]
    wanted: Filter

    async def find(self, redis: Redis) -> tuple[Letter, ...]:
        """Those that there are."""
        letters = DeadLetters(redis)
        return await (letters.named(self.ids) if self.ids else letters.fitting(self.wanted))


def fitting(command: _Command) -> _Command:
    """The options of a filter, each of which narrows it."""
    for option in reversed(
        (
            click.option("--reason", "reasons", multiple=True, metavar="REASON", help="Of this reason; repeatable."),
            click.option("--rule", "rules", multiple=True, metavar="ID", help="In which this rule failed; repeatable."),
            click.option(
                "--target", "targets", multiple=True, metavar="KIND:ID", help="About this object; repeatable."
            ),
            click.option("--workspace", "app_id", metavar="APP_ID", help="Of this workspace."),
            click.option("--since", type=since, metavar="WHEN", help=f"That died since then: {WANTED}."),
            click.option("--before", type=since, metavar="WHEN", help="That died before then."),
        )
    ):
        command = option(command)
    return command


def chosen(ids: tuple[str, ...], wanted: Filter, *, everything: bool) -> Choice:
    """What was asked for in a way that cannot be meant otherwise; anything else ends the command as called wrongly."""
    filtered = wanted != Filter()
    if sum((bool(ids), filtered, everything)) > 1:
        raise click.UsageError("Name ids, or say with options which fit, or --all: one of them.")
    if not (ids or filtered or everything):
        raise click.UsageError("Which? Name ids, or say with options such as --reason which fit, or --all.")
    return Choice(tuple(dict.fromkeys(ids)), wanted)


def counted(letters: Iterable[Letter]) -> str:
    """How many there are, by reason: "3 dead letters (2 not_found, 1 gave up)"."""
    reasons = Counter(letter.reason for letter in letters)
    told = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
    return f"{plural(reasons.total(), 'dead letter')} ({told})"
