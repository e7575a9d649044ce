"""Messages and rule sets that cost as much as possible: for those who hold a decision to its budget."""

import random
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from rules.deciding.ruleset import RuleSet
from rules.language.values import Facts
from rules.words.html import LONGEST
from tests.rules.sets import facts, rule_set


def _filled(piece: str) -> str:
    return (piece * (LONGEST // len(piece) + 1))[:LONGEST]


def _drawn(letters: str) -> str:
    return "".join(random.Random(4).choices(letters, k=LONGEST))


TEXTS: Mapping[str, str] = {
    "one letter": _filled("a"),
    "one letter and spaces": _filled("a "),
    "two letters in turn": _filled("xa"),
    "two letters at random": _drawn("ab"),
    "digits": _drawn("0123456789 "),
    "letters of all kinds": _drawn("abz e\u0301ß日本本ÅİфΣ1.,-'_"),
    "a word over and over": _filled("refund "),
    "nearly web addresses": _filled("www.a "),
    "web addresses": _filled("https://a.example "),
    "brackets": _filled("<"),
    "nested tags": _filled("<b>"),
    "quotes": _filled("wrote: 1 on\n> a\n"),
    "combining marks": "e" + "\u0301" * (LONGEST - 1),
    "accents": _filled("é"),
    "letters that fold to two": _filled("ß"),
    "no spaces between words": _filled("日本"),
    "hyphens": _filled("a-"),
    "a letter that becomes eighteen": _filled("\ufdfa"),
}


class Hostile(NamedTuple):
    """How many rules a set has, and the condition of each."""

    rules: int
    condition: Callable[[int], str]


def _text(asked: str) -> str:
    return f"{{message.text: {{{asked}}}}}"


def _listed(words: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


SETS: Mapping[str, Hostile] = {
    "small patterns": Hostile(300, lambda n: _text(f"matches_any: ['[a-y][{n % 10}-9][^b]?{chr(0x4E00 + n)}?$']")),
    "patterns of many states": Hostile(200, lambda n: _text(f"matches_any: ['[ab].{{{n + 1}}}[zq]']")),
    "patterns that may be empty": Hostile(200, lambda n: _text(f"matches_any: ['(a?b?e?){{{n + 1}}}[zq][zq]']")),
    "any ending": Hostile(200, lambda n: _text(f"mentions_any: {_listed([_filled('ax')[: n + 1] + '*'])}")),
    "phrases of one word": Hostile(200, lambda n: _text(f"mentions_any: {_listed(['a ' * (n + 2) + 'refund'])}")),
    "phrases without spaces": Hostile(200, lambda n: _text(f"mentions_any: {_listed([_filled('日本')[: n + 1]])}")),
    "pieces": Hostile(200, lambda n: _text(f"contains_any: {_listed(['a' * (n + 1)])}")),
    "pieces with accents": Hostile(200, lambda n: _text(f"contains_any: {_listed(['é' + 'e' * n])}")),
    "nothing of many": Hostile(
        300, lambda n: _text(f"mentions_none: {_listed(f'{word}{n}*' for word in ('a', 'xa', '本'))}")
    ),
    "not this value": Hostile(
        300,
        lambda n: f"{{conversation.attributes.a: {{is_not: 'text {n}', exact_case: {'yes' if n % 2 else 'no'}}}}}",
    ),
    "the end in another form": Hostile(200, lambda n: _text(f"ends_with_any: {_listed(['s' * (n + 1)])}")),
    "everything matches": Hostile(500, lambda n: _text(f"mentions_any: [refund, a, x{n}]")),
    "always asked": Hostile(500, lambda n: f"{{none: [{{conversation.attributes.a{n % 100}: '{n}'}}]}}"),
    "other texts too": Hostile(
        100,
        lambda n: f"{{any: [{{message.full_text: {{contains_any: ['q{n}']}}}}, {_text(f'contains_none: [a{n}]')}]}}",
    ),
}


def event(text: str) -> Facts:
    """An event that says a text wherever it can."""
    attributes = {f"conversation.attributes.a{number}": "a" for number in range(100)}
    return facts(
        {"message.text": text, "message.full_text": text, "conversation.attributes.a": text, **attributes},
    )


def made(name: str, times: int = 1) -> RuleSet:
    """One of the rule sets, or one with more such rules."""
    count, condition = SETS[name]
    rules = (f"- {{id: r{n}, if: {condition(n)}, then: {{add: vip}}}}\n" for n in range(count * times))
    return rule_set("version: 1\nrules:\n" + "".join(rules)).prepare()
