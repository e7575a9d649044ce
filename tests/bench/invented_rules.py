"""Rule sets and messages of any size in invented words, always the same ones."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from rules.deciding.ruleset import RuleSet
from rules.findings.finding import Findings
from rules.language.values import Facts
from rules.reading.loader import File, assemble

SIZES = (10, 100, 1_000, 5_000, 10_000)

_SYLLABLES = ("ba", "re", "ti", "con", "mo", "lu", "sen", "dra", "fi", "ke", "po", "st", "an", "er", "ing", "ous")
_KNOWN_WORDS = 100_000
_COMMON = 2_000
"""The words that most of a message is made of: nobody writes a rule for "the"."""
_ONE_IN = 20
"""How many rules there are for each one with a pattern."""
_DOMAINS = tuple(f"company{number}.example" for number in range(200))
_PLANS = ("Free", "Team", "Business", "Enterprise")
_SOURCES = ("conversation", "email", "whatsapp", "instagram")


@dataclass(frozen=True, slots=True)
class Invented:
    """One rule before it is YAML: what it looks for in the message, and the tests of two fields."""

    number: int
    phrases: tuple[str, ...]
    fields: tuple[str, str]
    pattern: str | None

    def yaml(self) -> str:
        asked = f"mentions_any: [{', '.join(self.phrases)}]"
        message = f"message.text: {{{asked}}}"
        if self.pattern:
            message = f"any: [{{message.text: {{{asked}}}}}, {{message.text: {{matches_any: ['{self.pattern}']}}}}]"
        return (
            f"- id: rule-{self.number}\n  description: Invented rule {self.number}\n"
            f"  if:\n    {message}\n    {self.fields[0]}\n    {self.fields[1]}\n"
            f"  then: {{add: [tag-{self.number % 50}]}}\n"
            f"  examples: {{match: [{self.phrases[0].rstrip('*')}], no_match: [hello]}}\n"
        )


def invented(count: int) -> Iterator[Invented]:
    """The first `count` rules: four phrases and two field tests each, one in twenty with a pattern."""
    rng = random.Random(2)
    for number in range(count):
        pattern = f"{_word(rng)}[ #-]*[0-9]{{3,6}}" if number % _ONE_IN == 0 else None
        yield Invented(number, tuple(_phrase(rng) for _ in range(4)), _fields(rng), pattern)


def files(count: int) -> tuple[File, ...]:
    """The files of a rule set, a thousand rules in each."""
    rules = [rule.yaml() for rule in invented(count)]
    tags = "".join(f"  tag-{number}: Invented tag {number}\n" for number in range(50))
    parts = ("".join(rules[start : start + 1_000]) for start in range(0, count, 1_000))
    return (
        File("tags.yaml", f"version: 1\ntags:\n{tags}".encode()),
        *(File(f"rules-{number}.yaml", f"version: 1\nrules:\n{part}".encode()) for number, part in enumerate(parts)),
    )


def compiled(made: tuple[File, ...]) -> RuleSet:
    """The rule set that files make."""
    loaded = assemble(made, Findings(), "invented")
    if loaded.rule_set is None:
        raise RuntimeError(f"the invented rules have errors: {loaded.findings[:3]}")
    return loaded.rule_set.prepare()


def messages(count: int, rules: int) -> Iterator[Facts]:
    """Events with a message of about 1 kB; half of them say what one of the first `rules` rules looks for."""
    rng = random.Random(3)
    wanted = [rule.phrases[0].rstrip("*") for rule in invented(rules)]
    words, weights = _vocabulary()
    for _ in range(count):
        said = rng.choices(words, cum_weights=weights, k=165)
        if rng.random() < 0.5:
            said.insert(rng.randrange(len(said)), rng.choice(wanted))
        yield _event(f"<p>{_sentences(rng, said)[:990]}</p>", rng)


def _event(body: str, rng: random.Random) -> Facts:
    values = {
        "event.topic": "conversation.user.created",
        "message.from": "customer",
        "message.text": body,
        "message.full_text": body,
        "conversation.source": rng.choice(_SOURCES),
        "conversation.state": "open",
        "conversation.priority": rng.choice(("priority", "not_priority")),
        "contact.email_domain": rng.choice(_DOMAINS),
        "conversation.attributes.plan": rng.choice(_PLANS),
    }
    return Facts("conversation", values, frozenset({"contact", "company"}))


def _sentences(rng: random.Random, said: list[str]) -> str:
    return " ".join(word + "." if rng.random() < 0.08 else word for word in said)


def _phrase(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.25:
        return _word(rng)
    if kind < 0.35:
        return _word(rng) + "*"
    return " ".join(_word(rng) for _ in range(rng.choice((2, 2, 3))))


def _fields(rng: random.Random) -> tuple[str, str]:
    first = rng.choice(
        (
            f"conversation.source: {rng.choice(_SOURCES)}",
            f"conversation.source: [{', '.join(rng.sample(_SOURCES, 2))}]",
            "conversation.priority: priority",
            "conversation.state: {is_not: closed}",
        ),
    )
    second = rng.choice(
        (
            f"conversation.attributes.Plan: {rng.choice(_PLANS)}",
            f"conversation.attributes.Plan: [{', '.join(rng.sample(_PLANS, 2))}]",
            f"contact.email_domain: [{', '.join(rng.sample(_DOMAINS, 3))}]",
            "contact.email_domain: {ends_with_any: [.example]}",
        ),
    )
    return first, second


def _word(rng: random.Random) -> str:
    return _vocabulary()[0][rng.randrange(_COMMON, _KNOWN_WORDS)]


@cache
def _vocabulary() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Words, the commonest first, and how often they are said: the n-th is said a share of about 1/n."""
    rng = random.Random(1)
    words: dict[str, None] = {}
    while len(words) < _KNOWN_WORDS:
        words["".join(rng.choices(_SYLLABLES, k=rng.choice((2, 3, 4, 4, 5, 5))))] = None
    return tuple(words), tuple(accumulate(1 / (rank + 5) for rank in range(_KNOWN_WORDS)))
