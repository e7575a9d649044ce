"""Which dead letters a command is about: named ones, or those that fit."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from redis.asyncio import Redis

from cli.options import iso
from cli.since import WANTED, since
from cli.target import named
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


def _target(text: str) -> str:
    """An object by its kind and id, as letters have it."""
    return str(named(text))


def fitting(command: _Command) -> _Command:
    """The options of a filter, each of which narrows it."""
    for option in reversed(
        (
            click.option("--reason", "reasons", multiple=True, metavar="REASON", help="Of this reason; repeatable."),
            click.option("--rule", "rules", multiple=True, metavar="ID", help="In which this rule failed; repeatable."),
            click.option(
                "--target",
                "targets",
                multiple=True,
                type=_target,
                metavar="KIND:ID",
                help="About this object; repeatable.",
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


NAMED = 5
"""Of more ids than these an action gives the number."""


def told(choice: Choice, letters: Sequence[Letter]) -> str:
    """What was chosen and what that came to, for those who read it later."""
    wanted = choice.wanted
    words = [
        *choice.ids[:NAMED],
        *([f"and {len(choice.ids) - NAMED:,} more"] if len(choice.ids) > NAMED else []),
        *(f"--reason {reason}" for reason in wanted.reasons),
        *(f"--rule {rule}" for rule in wanted.rules),
        *(f"--target {target}" for target in wanted.targets),
        *([f"--workspace {wanted.app_id}"] if wanted.app_id else []),
        *([f"--since {iso(wanted.since)}"] if wanted.since is not None else []),
        *([f"--before {iso(wanted.before)}"] if wanted.before is not None else []),
    ]
    return f"{' '.join(words) or '--all'}: {counted(letters) if letters else 'no dead letter'}"
