"""What a decision costs by the number of rules, next to asking each rule in turn."""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from rules.deciding.asked import Needles
from rules.deciding.condition import AllOf, Test, tests
from rules.deciding.predicate import Predicate, compile_condition
from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import View, views
from rules.language.fields import FIELDS
from rules.language.values import Facts
from rules.words.pattern import Pattern
from rules.words.phrase import Phrase
from rules.words.substring import Substring
from rules.words.text import Text
from tests.bench import invented_rules
from tests.bench.result import Goal, Result, Row
from tests.bench.samples import median, p99
from tests.bench.timing import microseconds
from tests.rules import hostile as hostile_rules

_CHECKED = 1_000
_TIMES = 7
_SEVERAL = 2
"""How many times the rules of each hostile set: so many that only the budget ends a decision."""


async def measure(*, quick: bool) -> Result:
    sizes = (10, 1_000, 10_000) if quick else invented_rules.SIZES
    count, rounds = (100, 3) if quick else (400, 5)
    sets = {size: invented_rules.compiled(invented_rules.files(size)) for size in sizes}
    took = {size: _decisions(rule_set, size, count, rounds) for size, rule_set in sets.items()}
    few = 3 if quick else 10
    ways = {size: _other_ways(rule_set, size, few) for size, rule_set in sets.items()}
    made = {size: _compiled(size) for size in sizes}
    hostile = {
        f"{max(sizes):,} rules": _hostile(sets[max(sizes)]),
        **{f"hostile rules, {name}": _hostile(hostile_rules.made(name, _SEVERAL)) for name in hostile_rules.SETS},
    }
    checked, proved = _command("check", _CHECKED), _command("prove", _CHECKED)
    rows = [
        *(row for size in sizes for row in _rows(size, took[size], ways[size])),
        *(Row(f"compile {size:,} rules", "s", seconds) for size, (seconds, _) in made.items()),
        *(Row(f"memory of {size:,} rules", "MB", megabytes) for size, (_, megabytes) in made.items()),
        *(Row(f"{name}: the worst is 64 KiB of {text}", "ms", took) for name, (took, text) in hostile.items()),
        Row(f"rules check of {_CHECKED:,} rules, the whole command", "s", checked),
        Row(f"rules prove of {_CHECKED:,} rules, the whole command", "s", proved),
    ]
    return Result(
        "a decision about an unseen message of 1 kB, by the number of rules",
        tuple(rows),
        tuple(_goals(took, ways, made, max(hostile.values())[0], checked, proved)),
        tuple(_notes(sets[max(sizes)], max(sizes), count)),
    )


def _decisions(rule_set: RuleSet, size: int, count: int, rounds: int) -> list[float]:
    return microseconds(rule_set.decide, list(invented_rules.messages(count, size)), rounds)


def _rows(size: int, took: list[float], ways: dict[str, float]) -> Iterator[Row]:
    yield Row(f"{size:,} rules", "µs", median(took), p99(took))
    for way, cost in ways.items():
        yield Row(f"{size:,} rules, {way}", "µs", cost, None, cost / median(took), "the index")


def _goals(
    took: dict[int, list[float]],
    ways: dict[int, dict[str, float]],
    made: dict[int, tuple[float, float]],
    hostile: float,
    checked: float,
    proved: float,
) -> Iterator[Goal]:
    most = max(took)
    per_rule, looped = ways[most].values()
    seconds, megabytes = made[most]
    yield Goal(f"median with {most:,} rules", median(took[most]), 150, "µs")
    yield Goal(f"p99 with {most:,} rules", p99(took[most]), 600, "µs")
    if most // 100 in took:
        yield Goal("100 times the rules", median(took[most]) / median(took[most // 100]), 6, "x the time")
    yield Goal("than one expression a rule, cheaper", per_rule / median(took[most]), 500, "x", least=True)
    yield Goal("than one engine and a loop, cheaper", looped / median(took[most]), 50, "x", least=True)
    yield Goal(f"compile {most:,} rules", seconds, 5, "s")
    yield Goal(f"memory of {most:,} rules", megabytes, 150, "MB")
    yield Goal("the worst hostile message", hostile, 100, "ms")
    yield Goal(f"rules check of {_CHECKED:,} rules", checked, 1, "s")
    yield Goal(f"rules prove of {_CHECKED:,} rules", proved, 2, "s")


def _notes(rule_set: RuleSet, size: int, count: int) -> Iterator[str]:
    events = list(invented_rules.messages(count, size))
    tried = statistics.mean(len(rule_set.indexes["conversation"].candidates(*views(event))) for event in events)
    matched = statistics.mean(len(rule_set.decide(event).matches) for event in events)
    length = statistics.mean(len(str(event.values["message.text"])) for event in events)
    yield f"of {size:,} rules a message of {length:,.0f} letters has {tried:.1f} tried, of which {matched:.1f} match"
    yield "each rule has four phrases and two tests of fields, one in twenty a pattern too"


# The other ways


def _other_ways(rule_set: RuleSet, size: int, count: int) -> dict[str, float]:
    events = list(invented_rules.messages(count, size))
    per_rule, looped = _PerRule(rule_set.rules), _Looped(rule_set.rules)
    wanted = [[match.rule for match in rule_set.decide(event).matches] for event in events]
    for way in (per_rule, looped):
        if [way.matching(event) for event in events] != wanted:
            raise RuntimeError("the ways do not find the same rules")
    return {
        "one `re` for each": median(microseconds(per_rule.matching, events, 1)),
        "one engine and a loop": median(microseconds(looped.matching, events, 2)),
    }


class _PerRule:
    """One compiled expression for all that a rule looks for in the message, then its fields."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [
            (rule.id, re.compile(rf"(?<!\w)(?:{'|'.join(map(_expression, _needles(rule)))})"), _fields(rule))
            for rule in rules
        ]

    def matching(self, event: Facts) -> list[str]:
        view, text = _seen(event)
        words = text.folded.words
        return [name for name, expression, fields in self._rules if expression.search(words) and fields(view)]


class _Looped:
    """One automaton for the phrases of all rules, then all rules in turn with what it found."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        # `anke` and `anke*` are looked for by the same letters, and are not the same phrase.
        self._phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
        for phrase in dict.fromkeys(needle for rule in rules for needle in _needles(rule)):
            if isinstance(phrase, Phrase):
                self._phrases[phrase.needle].append(phrase)
        self._automaton = AhoCorasick(list(self._phrases))
        self._rules = [(rule.id, *_sorted_out(rule), _fields(rule)) for rule in rules]

    def matching(self, event: Facts) -> list[str]:
        view, text = _seen(event)
        hits = set(self._automaton.find_matches_as_strings(text.folded.words, overlapping=True))
        found = {phrase.text for hit in hits for phrase in self._phrases[hit] if phrase.find(text)}
        return [
            name
            for name, phrases, patterns, fields in self._rules
            if (not found.isdisjoint(phrases) or any(one.find(text) for one in patterns)) and fields(view)
        ]


def _seen(event: Facts) -> tuple[View, Text]:
    view, _ = views(event)
    text = view.text(FIELDS["message.text"])
    if not isinstance(text, Text):
        raise TypeError("the invented messages all have a text")
    return view, text


def _needles(rule: Rule) -> Iterator[Phrase | Substring | Pattern]:
    for test in tests(rule.condition):
        if test.field.path == "message.text" and isinstance(test.asked, Needles):
            yield from test.asked.needles


def _sorted_out(rule: Rule) -> tuple[tuple[str, ...], tuple[Pattern, ...]]:
    needles = tuple(_needles(rule))
    return (
        tuple(one.text for one in needles if isinstance(one, Phrase)),
        tuple(one for one in needles if isinstance(one, Pattern)),
    )


def _expression(needle: Phrase | Substring | Pattern) -> str:
    if not isinstance(needle, Phrase):
        return needle.text
    return re.escape(needle.needle) + ("" if needle.open_ended else r"(?!\w)")


def _fields(rule: Rule) -> Predicate:
    """The tests of fields, which stand at the top of every invented rule."""
    assert isinstance(rule.condition, AllOf)
    parts = (part for part in rule.condition.parts if isinstance(part, Test) and part.field.path != "message.text")
    return compile_condition(replace(rule.condition, parts=tuple(parts)))


# What else it takes


def _hostile(rule_set: RuleSet) -> tuple[float, str]:
    """Milliseconds that the worst of the hostile messages takes, and its name."""
    events = list(map(hostile_rules.event, hostile_rules.TEXTS.values()))
    took = microseconds(rule_set.decide, events, 3)
    return max(zip((one / 1e3 for one in took), hostile_rules.TEXTS, strict=True))


def _compiled(size: int) -> tuple[float, float]:
    """Seconds and megabytes, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.rules_process", str(size)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found["seconds"], found["megabytes"]


def _command(name: str, size: int) -> float:
    """Seconds for the command, from its start to its end: the median of several."""
    with tempfile.TemporaryDirectory() as folder:
        for file in invented_rules.files(size):
            (Path(folder) / file.name).write_bytes(file.content)
        command = [sys.executable, "-c", "from cli.main import main; main()", "rules", name, folder]
        return statistics.median(_seconds(command) for _ in range(_TIMES))


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began
