"""Planted faults are found, where they are and for what they are; what is sound is left alone."""

from collections import Counter

import pytest

from rules.findings.finding import MOST_PER_FILE, Findings
from rules.proof import subject
from rules.proof.proofs import Proofs, checked, prove
from rules.proof.told import Proof
from rules.reading.sheet import read
from tests.rules.sets import loaded, rule_set

WINDOWS = """\
windows:
  office: {timezone: UTC, open: [{days: mon-fri, from: 09:00, to: 18:00}]}
  night: {timezone: UTC, open: [{days: mon-sun, from: 22:00, to: 06:00}]}
groups:
- {id: urgency, pick: first}
"""


def proofs(*rules: str) -> Proofs:
    """What is proved of rules, each written as the rest of its block; they are called a, b, c and so on."""
    blocks = (f"- {{id: {name}, {rule}}}\n" for name, rule in zip("abcdef", rules, strict=False))
    unused = "" if any("urgency" in rule for rule in rules) else "groups:\n- {id: urgency, pick: first}\n"
    return prove(rule_set(f"version: 1\n{WINDOWS.replace(unused, '')}rules:\n{''.join(blocks)}"))


def told(found: tuple[Proof, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(proof.finding.code, proof.rules) for proof in found]


def of(condition: str, then: str = "add: [vip]") -> str:
    return f"if: {condition}, then: {{{then}}}"


DEAD = {
    "a word and not that word": "{message.text: {mentions_any: [refund], mentions_none: [refund]}}",
    "words and not their beginning": "{message.text: {mentions_any: [refund, refunds], mentions_none: [ref*]}}",
    "a phrase and not a word of it": "{message.text: {mentions_any: [money back], mentions_none: [back]}}",
    "a word and not its letters": "{message.text: {mentions_all: [crash, refund], contains_none: [fun]}}",
    "letters and not some of them": "{message.text: {contains_any: [refund], contains_none: [fun]}}",
    "two beginnings": "{all: [{contact.name: {starts_with_any: [a]}}, {contact.name: {starts_with_any: [b]}}]}",
    "a pattern and not that pattern": "{message.text: {matches_any: ['a+'], matches_none: ['a+']}}",
    "a text and no text": "{message.text: {mentions_any: [refund], exists: no}}",
    "two states": "{all: [{conversation.state: open}, {conversation.state: [closed, snoozed]}]}",
    "values and none of them": "{contact.language: {in: [de, fr], not_in: [FR, DE, it]}}",
    "a value without its letters": "{contact.language: {is: deutsch, contains_none: [eut]}}",
    "open and not open": "{conversation.open: yes, none: [{conversation.open: true}]}",
    "neither open nor not": (
        "{conversation.open: {exists: yes}, none: [{conversation.open: yes}, {conversation.open: no}]}"
    ),
    "numbers apart": "{conversation.rating: {at_least: 4, below: 4}}",
    "a number out of range": "{all: [{conversation.rating: [1, 2]}, {conversation.rating: {between: [3, 5]}}]}",
    "a range in two pieces": (
        "{conversation.rating: {between: [1, 3]}, none: [{conversation.rating: {at_most: 2}}, "
        "{conversation.rating: {above: 2}}]}"
    ),
    "an attribute out of range": "{contact.attributes.seats: {above: 5, below: 3}}",
    "tags and none of them": "{conversation.tags: {has_any: [vip, billing/refund], has_none: [VIP, billing/refund]}}",
    "more tags than there may be": "{conversation.tags: {has_all: [vip, x], count_at_most: 1}}",
    "a tag and no tags": "{conversation.tags: {has_any: [vip], count_at_most: 0}}",
    "after the end": "{conversation.created_at: {after: 2026-09-02, before: 2026-09-01}}",
    "older and younger": "{conversation.created_at: {older_than: 7d, within_last: 2d}}",
    "an old event": "{event.time: {older_than: 1d}}",
    "in the office and not": "{event.time: {during: office, not_during: office}}",
    "another topic": "{event.topic: ticket.created}",
    "no topic": "{none: [{event.topic: {exists: yes}}]}",
    "not what must be": (
        "{all: [{message.text: {mentions_any: [a b]}}, {none: [{any: [{message.text: {exists: yes}}]}]}]}"
    ),
    "each of several ways": (
        "{any: [{conversation.rating: {above: 3, below: 2}}, {conversation.open: yes, "
        "none: [{conversation.open: yes}]}]}"
    ),
}


@pytest.mark.parametrize("condition", DEAD.values(), ids=DEAD)
def test_a_rule_that_contradicts_itself_is_dead(condition: str) -> None:
    found = proofs(of(condition))

    assert told(found.found) == [("never-matches", ("a",))]
    assert found.undecided == ()
    assert found.found[0].finding.notes


ALIVE = {
    "a word and not a longer one": "{message.text: {mentions_any: [refund], mentions_none: [refunds]}}",
    "one of two words is left": "{message.text: {mentions_any: [refund, crash], mentions_none: [refund*]}}",
    "a phrase and not a word across": "{message.text: {mentions_any: [money back], contains_none: [yba]}}",
    "a phrase with a space, which may be a hyphen": "{message.text: {mentions_any: [money-back]}}",
    "with and without accents": "{message.text: {mentions_any: [ete], mentions_none: [été]}}",
    "in one case and not the other": (
        "{message.text: {mentions_any: [it]}, none: [{message.text: {mentions_any: [IT], exact_case: yes}}]}"
    ),
    "a beginning of a beginning": (
        "{all: [{contact.name: {starts_with_any: [an]}}, {contact.name: {starts_with_any: [anna]}}]}"
    ),
    "both ends": "{contact.email: {starts_with_any: [anna], ends_with_any: ['@example.com']}}",
    "an address and its domain": "{contact.email: {contains_any: [ann]}, contact.email_domain: example.com}",
    "between two numbers": "{conversation.rating: {above: 1, below: 2}}",
    "a value is left": "{contact.language: {in: [de, fr], not_in: [fr]}}",
    "three tags": "{conversation.tags: {has_all: [vip], count_at_least: 3, has_none: [x]}}",
    "at one moment": "{conversation.created_at: {within_last: 2d, older_than: 1d}}",
    "out of the office": "{event.time: {not_during: office}}",
    "two windows": "{event.time: {not_during: office, during: night}}",
    "in the night, long ago": "{conversation.created_at: {during: night, older_than: 2d}}",
    "nothing at all": "{message.text: {exists: no}}",
    "a teammate": "{message.from: teammate, message.text: {mentions_any: [refund]}}",
    "nobody's message": "{message.text: {mentions_none: [refund]}, none: [{message.from: customer}]}",
    "text and full text": "{message.text: {mentions_any: [refund]}, message.full_text: {mentions_any: [wrote]}}",
    "letters that mean something in HTML": "{message.text: {contains_any: ['a<b&c']}}",
    "an attribute's number": "{contact.attributes.Seats in use: {between: [3, 5]}}",
    "an attribute's time": "{contact.attributes.renewal: {after: 2026-09-01}}",
    "an attribute's list": "{contact.attributes.groups: {has_all: [x, y]}}",
    "a topic": "{event.topic: conversation.rating.added}",
}


@pytest.mark.parametrize("condition", ALIVE.values(), ids=ALIVE)
def test_a_rule_that_can_match_is_seen_to(condition: str) -> None:
    found = proofs(of(condition))

    assert (found.found, found.undecided) == ((), ())


ASSIGNED = "events: [conversation.admin.assigned, conversation.read]"
SILENT = {
    "no message at these topics": f"{ASSIGNED}, if: {{message.text: {{mentions_any: [refund]}}}}",
    "no sender either": f"{ASSIGNED}, if: {{message.from: teammate}}",
    "no links, whoever writes": f"{ASSIGNED}, if: {{message.from: {{is_not: bot}}, message.links: {{exists: yes}}}}",
    "no message at this topic": "if: {event.topic: conversation.rating.added, message.full_text: {exists: yes}}",
    "no subject in a reply": "events: [conversation.user.replied], if: {message.subject: {exists: yes}}",
    "no subject of a ticket": "applies_to: ticket, if: {message.subject: {mentions_any: [refund]}}",
    "no file with a new ticket": (
        "applies_to: ticket, events: [ticket.created], if: {message.attachments: {exists: yes}}"
    ),
    "neither of two": f"{ASSIGNED}, if: {{any: [{{message.text: {{exists: yes}}}}, {{message.from: customer}}]}}",
}


@pytest.mark.parametrize("rule", SILENT.values(), ids=SILENT)
def test_a_rule_about_a_message_at_topics_without_one_is_dead(rule: str) -> None:
    (proof,) = proofs(f"{rule}, then: {{add: [vip]}}").found

    assert proof.finding.code == "never-matches"
    assert any(" bring" in note for note in proof.finding.notes)


HEARD = {
    "one of the topics has a message": (
        "events: [conversation.read, conversation.user.replied], if: {message.text: {mentions_any: [refund]}}"
    ),
    "no word of it": f"{ASSIGNED}, if: {{conversation.open: yes, message.text: {{mentions_none: [refund]}}}}",
    "no message": f"{ASSIGNED}, if: {{message.text: {{exists: no}}}}",
    "nobody's": f"{ASSIGNED}, if: {{none: [{{message.from: customer}}]}}",
    "a message or something else": (
        f"{ASSIGNED}, if: {{any: [{{message.text: {{exists: yes}}}}, {{conversation.open: yes}}]}}"
    ),
    "another kind has one": (
        "applies_to: [conversation, ticket], events: [conversation.read, ticket.created], "
        "if: {message.text: {mentions_any: [refund]}}"
    ),
    "a subject at the beginning": "if: {message.subject: {mentions_any: [refund]}}",
}


@pytest.mark.parametrize("rule", HEARD.values(), ids=HEARD)
def test_a_rule_that_matches_without_a_message_or_may_have_one_is_alive(rule: str) -> None:
    found = proofs(f"{rule}, then: {{add: [vip]}}")

    assert (found.found, found.undecided) == ((), ())


def test_an_example_is_tried_at_a_topic_that_brings_a_message() -> None:
    pattern = "if: {message.text: {matches_any: ['a[0-9]{3}x']}}, examples: {match: [about a123x]}"
    events = "events: [conversation.admin.assigned, conversation.user.replied]"

    found = proofs(f"{events}, {pattern}, then: {{add: [vip]}}", f"{events}, {pattern}, then: {{remove: [vip]}}")

    (witness,) = (proof.witness for proof in found.found)
    assert witness is not None
    assert witness.values["event.topic"] == "conversation.user.replied"


REFUND = "{message.text: {mentions_any: [refund]}}"
OF_TWO = {
    "the same": (of(REFUND), of(REFUND), "duplicate-rule"),
    "the same in another order": (
        of("{message.text: {mentions_any: [refund, back]}, conversation.open: yes}"),
        of("{all: [{conversation.open: true}, {message.text: {mentions_any: [back, refund]}}]}"),
        "duplicate-rule",
    ),
    "narrower": (of("{message.text: {mentions_any: [ref*]}}"), of(REFUND), "shadowed-by"),
    "narrower by another test": (
        of(REFUND),
        of("{message.text: {mentions_any: [refund]}, conversation.open: yes}"),
        "shadowed-by",
    ),
    "fewer tags": (of(REFUND, "add: [vip], remove: [billing/refund]"), of(REFUND), "shadowed-by"),
    "fewer topics": (of(REFUND), f"events: [conversation.user.replied], {of(REFUND)}", "shadowed-by"),
    "fewer kinds": (f"applies_to: [conversation, ticket], {of(REFUND)}", of(REFUND), "shadowed-by"),
    "second in its group": (
        f"group: urgency, {of('{message.text: {mentions_any: [crash*]}}', 'add: [billing/refund]')}",
        f"group: urgency, {of('{message.text: {mentions_any: [crash], contains_any: [down]}}')}",
        "shadowed-by",
    ),
    "a narrower range": (
        of("{conversation.rating: {at_most: 3}}"),
        of("{conversation.rating: {between: [1, 2]}}"),
        "shadowed-by",
    ),
    "fewer values": (of("{contact.language: [de, fr]}"), of("{contact.language: FR}"), "shadowed-by"),
    "more tags needed": (
        of("{conversation.tags: {has_any: [x, y]}}"),
        of("{conversation.tags: {has_all: [x, z]}}"),
        "shadowed-by",
    ),
    "contrary wishes": (
        of(REFUND),
        of("{message.text: {mentions_any: [back]}}", "remove: [vip]"),
        "add-remove-conflict",
    ),
    "contrary wishes for a contact": (
        of(REFUND, "contact: {add: [vip]}"),
        of("{conversation.open: yes}", "contact: {remove: [vip]}"),
        "add-remove-conflict",
    ),
    "contrary wishes, one in shadow": (
        of(REFUND),
        f"mode: shadow, {of('{conversation.open: yes}', 'remove: [vip]')}",
        "add-remove-conflict",
    ),
}


@pytest.mark.parametrize(("first", "second", "code"), OF_TWO.values(), ids=OF_TWO)
def test_of_two_rules_the_later_is_told_with_an_event_that_shows_it(first: str, second: str, code: str) -> None:
    found = proofs(first, second)

    assert told(found.found) == [(code, ("b", "a"))]
    (proof,) = found.found
    assert proof.witness is not None
    event = read("event.yaml", "\n".join(proof.witness.lines).encode(), Findings())
    assert event == proof.witness.facts


LEFT_ALONE = {
    "some tags in common": (
        of("{conversation.tags: {has_any: [x, y]}}"),
        of("{conversation.tags: {has_any: [y, z]}}"),
    ),
    "other words": (of(REFUND), of("{message.text: {mentions_any: [refunds]}}")),
    "other tags": (of(REFUND), of(REFUND, "add: [billing/refund]")),
    "wider, and later": (
        of("{message.text: {mentions_any: [refund, back]}}"),
        of("{message.text: {mentions_any: [back, x]}}"),
    ),
    "a higher priority": (of(REFUND), f"priority: 5, {of('{message.text: {mentions_all: [refund, x]}}')}"),
    "a trial of the same": (of(REFUND), f"mode: shadow, {of(REFUND)}"),
    "one is disabled": (of(REFUND), f"mode: disabled, {of(REFUND)}"),
    "each may be stopped": (
        f"limits: {{max_objects_per_hour: 5}}, {of(REFUND)}",
        f"limits: {{max_objects_per_hour: 6}}, {of(REFUND)}",
    ),
    "the wide one may be stopped": (
        f"limits: {{max_objects_per_hour: 5}}, {of('{message.text: {mentions_any: [ref*]}}')}",
        of(REFUND),
    ),
    "it takes its tags back": (of(REFUND), f"if_unmatched: remove, {of(REFUND)}"),
    "another teammate's name": (f"admin_id: 5, {of(REFUND)}", f"admin_id: 6, {of(REFUND)}"),
    "the wide one may be beaten": (f"group: urgency, {of(REFUND)}", of(REFUND)),
    "the narrow one beats others": (of(REFUND), f"group: urgency, {of(REFUND)}"),
    "special before general": (
        f"group: urgency, {of('{message.text: {mentions_all: [crash, down]}}')}",
        f"group: urgency, {of('{message.text: {mentions_any: [crash]}}')}",
    ),
    "contrary, but one wins": (of(REFUND), f"priority: 1, {of(REFUND, 'remove: [vip]')}"),
    "contrary, but of one group": (
        f"group: urgency, {of(REFUND)}",
        f"group: urgency, {of('{message.text: {mentions_any: [x]}}', 'remove: [vip]')}",
    ),
    "contrary, but never together": (
        of("{conversation.state: open}"),
        of("{conversation.state: closed}", "remove: [vip]"),
    ),
    "contrary, but of other topics": (
        f"events: [conversation.user.replied], {of('{conversation.open: yes}')}",
        f"events: [conversation.user.created], {of('{conversation.open: yes}', 'remove: [vip]')}",
    ),
    "contrary, but of other people's messages": (
        of(REFUND),
        of("{message.from: teammate, message.text: {mentions_any: [refund]}}", "remove: [vip]"),
    ),
    "contrary, but on other objects": (of(REFUND), of(REFUND, "contact: {remove: [vip]}")),
    "contrary, but about other kinds": (
        of("{contact.role: user}"),
        f"applies_to: ticket, {of('{contact.role: user}', 'remove: [vip]')}",
    ),
}


@pytest.mark.parametrize(("first", "second"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_rules_that_get_on_with_each_other_are_left_alone(first: str, second: str) -> None:
    found = proofs(first, second)

    assert told(found.found) == []
    assert told(found.undecided) == []


def any_of(count: int) -> str:
    return f"{{any: [{', '.join(f'{{contact.attributes.x{at}: y}}' for at in range(count))}]}}"


UNDECIDED = {
    "a pattern": ([of("{message.text: {matches_any: ['a[0-9]{3}x']}}")], "patterns"),
    "two patterns": (
        [of("{message.text: {matches_any: ['err']}}"), of("{message.text: {matches_any: ['erro', 'error']}}")],
        "patterns",
    ),
    "two windows": (
        [of("{event.time: {during: office}}"), of("{event.time: {not_during: night}}")],
        "windows",
    ),
    "too many ways": ([of(any_of(200))], "too many ways"),
}


@pytest.mark.parametrize(("rules", "reason"), UNDECIDED.values(), ids=UNDECIDED)
def test_what_is_not_worked_out_is_said_with_the_reason(rules: list[str], reason: str) -> None:
    found = proofs(*rules)

    assert found.found == ()
    assert {proof.finding.code for proof in found.undecided} == {"cannot-prove"}
    assert any(reason in note for proof in found.undecided for note in proof.finding.notes)


def test_the_examples_of_a_rule_show_what_its_pattern_matches() -> None:
    pattern = "if: {message.text: {matches_any: ['a[0-9]{3}x']}}, examples: {match: [about a123x]}"

    found = proofs(f"{pattern}, then: {{add: [vip]}}", f"{pattern}, then: {{remove: [vip]}}")

    assert told(found.found) == [("add-remove-conflict", ("b", "a"))]
    assert found.undecided == ()


def test_a_conflict_that_a_third_rule_always_settles_is_not_told_as_one() -> None:
    third = f"priority: 9, {of('{conversation.id: {exists: yes}}')}"

    found = proofs(of(REFUND), of("{conversation.id: '5'}", "remove: [vip]"), third)

    assert ("add-remove-conflict", ("b", "a")) not in told(found.found)


def test_many_rules_alike_are_each_told_once() -> None:
    found = proofs(*[of(REFUND)] * 5)

    assert told(found.found) == [("duplicate-rule", (name, "a")) for name in "bcde"]


def test_with_many_rules_alike_the_report_stays_readable() -> None:
    blocks = "".join(f"- {{id: r{at}, {of(REFUND)}}}\n" for at in range(MOST_PER_FILE + 50))

    found = checked(loaded(f"version: 1\nrules:\n{blocks}")).findings

    told_of = Counter(finding.code for finding in found)
    assert told_of["duplicate-rule"] == MOST_PER_FILE
    assert told_of["too-many"] == len(("those without examples", "those that are alike"))


def test_where_all_rules_have_too_many_ways_together_the_later_ones_are_left_undecided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rules.proof.proofs.MOST_WAYS", 21)
    impossible = of("{all: [{contact.role: user}, {contact.role: lead}]}")

    found = proofs(of(any_of(20)), impossible, impossible)

    assert told(found.found) == [("never-matches", ("b",))]
    assert told(found.undecided) == [("cannot-prove", ("c",))]
    assert "too many ways" in found.undecided[0].finding.notes[0]


def test_where_very_many_are_alike_the_rest_is_left_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.proof.superfluous.MOST_FOUND", 1)
    monkeypatch.setattr("rules.proof.disagreeing.MOST_MATCHES", 1)

    found = proofs(*[of(REFUND)] * 4, *[of(REFUND, "remove: [vip]")] * 2)

    codes = Counter(proof.finding.code for proof in found.found)
    assert codes == {"duplicate-rule": 2, "add-remove-conflict": 1}
    assert len(found.undecided) == len(("superfluous", "disagreeing"))


def test_a_dead_rule_is_not_told_for_anything_else() -> None:
    dead = of("{conversation.rating: {above: 3, below: 3}}")

    assert told(proofs(dead, dead, of(REFUND)).found) == [("never-matches", ("a",)), ("never-matches", ("b",))]


def test_rules_with_too_many_ways_are_compared_with_none() -> None:
    (rule,) = rule_set(f"version: 1\nrules:\n- {{id: a, {of(any_of(200))}}}\n").rules

    assert subject.of(rule).too_many
    assert not subject.of(rule).dead
