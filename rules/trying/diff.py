"""What a change of the rules changes: two rule sets before the same events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rules.deciding.effect import Verb, effects
from rules.deciding.ruleset import RuleSet
from rules.language.values import Facts, Kind
from rules.trying import rehearsal, trial
from rules.trying.explain import explain
from rules.words.text import fold


@dataclass(frozen=True, slots=True)
class Event:
    """One event to try. `name` says to people which it is, and `text` what it is about."""

    name: str
    text: str
    facts: Facts


class Happening(NamedTuple):
    """What happens to a tag, and through which rules."""

    verb: Verb
    rules: tuple[str, ...]


class Tagged(NamedTuple):
    """One tag of one object, and what happens to it before and after."""

    kind: Kind
    tag: str
    old: Happening | None
    new: Happening | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What happens to one tag, before and after: the same for all of its `events`.

    `reasons` say of each rule that had a part in it before, or has one now, what becomes of it in the other set; they
    are those of the first event.
    """

    tagged: Tagged
    events: tuple[Event, ...]
    reasons: tuple[str, ...]


def examples(rule_set: RuleSet) -> Iterator[Event]:
    """The events that the examples and scenarios of a rule set describe."""
    for rule in rule_set.rules:
        for example in rule.examples:
            span = example.span
            yield Event(f"{span.file}:{span.line}", trial.words(example), trial.facts_of(rule, example))
    for scenario in rule_set.scenarios:
        span = scenario.span
        yield Event(f"{span.file}:{span.line}", scenario.name, rehearsal.facts_of(scenario))


def distinct(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events without those that are the same as an earlier one."""
    kept: dict[tuple[object, ...], Event] = {}
    for event in events:
        facts = event.facts
        kept.setdefault((facts.kind, tuple(sorted(facts.values.items(), key=str)), facts.not_fetched), event)
    return tuple(kept.values())


def differences(old: RuleSet, new: RuleSet, events: Iterable[Event]) -> tuple[Difference, ...]:
    """Where two rule sets do not do the same: those first that concern most events."""
    groups: dict[Tagged, list[Event]] = {}
    for event in events:
        for tagged in _changed(old, new, event.facts):
            groups.setdefault(tagged, []).append(event)
    found = (
        Difference(tagged, tuple(same), _reasons(tagged, old, new, same[0].facts)) for tagged, same in groups.items()
    )
    return tuple(sorted(found, key=lambda one: (-len(one.events), one.tagged.kind, one.tagged.tag)))


def _changed(old: RuleSet, new: RuleSet, facts: Facts) -> Iterator[Tagged]:
    before, after = _happenings(old, facts), _happenings(new, facts)
    for kind, tag in dict.fromkeys((*before, *after)):
        was, now = before.get((kind, tag)), after.get((kind, tag))
        if (was and was.verb) != (now and now.verb):
            yield Tagged(kind, tag, was, now)


def _happenings(rule_set: RuleSet, facts: Facts) -> dict[tuple[Kind, str], Happening]:
    """By the tags as they are compared: another spelling in `tags.yaml` is not another tag."""
    made = effects(rule_set.decide(facts), facts)
    return {(effect.kind, fold(effect.tag)): Happening(effect.verb, effect.rules) for effect in made}


def _reasons(tagged: Tagged, old: RuleSet, new: RuleSet, facts: Facts) -> tuple[str, ...]:
    gone = _fates("now", tagged.old, new, facts, "is gone")
    came = _fates("before", tagged.new, old, facts, "is new")
    return (*gone, *came)


def _fates(when: str, happening: Happening | None, rule_set: RuleSet, facts: Facts, without: str) -> Iterator[str]:
    """What becomes of some rules of one set in the other one."""
    if happening is not None:
        stories = {story.rule.id: story.reason for story in explain(rule_set, facts).stories}
        for rule in happening.rules:
            yield f'{when}: rule "{rule}" {stories[rule]}' if rule in stories else f'rule "{rule}" {without}'
