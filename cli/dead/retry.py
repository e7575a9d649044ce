"""`autotagger dead retry`."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import click
from redis.asyncio import Redis

from cli import bars, options, session, store
from cli.dead.choice import Choice, chosen, counted, fitting, told
from cli.operator import operator
from rules.telling.report import plural
from state.actions import Action, Actions
from state.dead import Filter, Letter
from state.pauses import Pauses
from state.retry import Retried, Retrier

BATCH = 100
"""Letters in one call to Redis: some 5 ms."""


@dataclass(slots=True)
class Tally:
    """What has become of the letters so far, which outlives a Ctrl-C."""

    wanted: int
    became: Counter[Retried] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """How many were not tried."""
        return self.wanted - self.became.total()


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@fitting
@click.option("--all", "everything", is_flag=True, help="All of them.")
@options.yes
@operator
@options.as_json
def retry(
    ids: tuple[str, ...],
    reasons: tuple[str, ...],
    rules: tuple[str, ...],
    targets: tuple[str, ...],
    app_id: str | None,
    since: int | None,
    before: int | None,
    by: str,
    *,
    everything: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Have dead letters tried again, by ID, or those that fit the options.

    Says how many and what it costs, and asks. They go back to the queues that they came from, with the memory of how
    they died. A retry that waits for its next try is due at once instead. Ctrl-C ends it: what was not queued yet
    stays a dead letter.
    """
    choice = chosen(ids, Filter(reasons, rules, targets, app_id, since, before), everything=everything)
    options.must_be_able_to_ask(yes=yes)
    letters = store.run(choice.find)
    named = choice.ids or tuple(letter.id for letter in letters)
    tally = Tally(len(named))
    if named:
        options.ask(_cost(choice, letters), yes=yes)
        action = Action(by, "dead retry", told(choice, letters), app_id or "")
        try:
            store.run(lambda redis: _retry(redis, named, tally, action))
        except KeyboardInterrupt:
            session.say(f"ended; {plural(tally.left, 'dead letter')} not tried again")
        except SystemExit:  # Redis has gone away half-way, which is told by now
            session.say(f"ended; {plural(tally.left, 'dead letter')} not tried again, but for those just under way")
            _tell(tally, as_json=as_json)
            raise
    _tell(tally, as_json=as_json)
    paused = store.run(lambda redis: Pauses(redis).read())
    for queued_in in dict.fromkeys(letter.app_id for letter in letters):
        if (pause := paused.tagging(queued_in)) is not None:
            session.say(f"tagging in workspace {queued_in} is paused by {pause}: they wait until `autotagger resume`")
    done = tally.became["queued"] + tally.became["due now"] + tally.became["running"]
    sys.exit(done < tally.wanted)


async def _retry(redis: Redis, ids: Sequence[str], tally: Tally, action: Action) -> None:
    await Actions(redis).note(action)
    retrier = Retrier(redis)
    with bars.counting("retrying", tally.wanted) as advance:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            await store.whole(retrier.retry(batch), tally.became.update)
            advance(len(batch))


def _cost(choice: Choice, letters: Sequence[Letter]) -> str:
    calls = plural(sum(letter.calls for letter in letters), "call")
    others = len(choice.ids) - len(letters)
    pending = f"; {others:,} of the ids are no dead letters, perhaps waiting for their next try" if others > 0 else ""
    return (
        f"retries {counted(letters) if letters else 'no dead letter'}: at least {calls} to Intercom, and what the "
        f"rules have to read besides{pending}"
    )


def _tell(tally: Tally, *, as_json: bool) -> None:
    became = tally.became
    if as_json:
        counts = {name.replace(" ", "_"): became[name] for name in ("queued", "due now", "running")}
        failed = {"bytes_gone": became["bytes gone"], "unknown": became["unknown"], "not_tried": tally.left}
        click.echo(json.dumps(counts | failed, indent=2))
        return
    click.echo(f"{plural(became['queued'], 'dead letter')} queued again")
    for name, sentence in (
        ("due now", "waited for the next try of an earlier retry, and due now"),
        ("running", "of an earlier retry and just running"),
        ("bytes gone", "cannot be tried again, for nothing but the reason is left of it: drop it"),
        ("unknown", "unknown: no dead letter, and no retry of one"),
    ):
        if became[name]:  # type: ignore[index]
            session.say(f"{became[name]:,} {sentence}")  # type: ignore[index]
