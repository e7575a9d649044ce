"""What is allowed in a rule but probably not meant, and what is good to know about it."""

from datetime import date

from rules.deciding.anchor import anchors
from rules.deciding.condition import AnyOf, Condition, Test, tests
from rules.deciding.rule import Rule
from rules.findings.finding import Findings
from rules.language import fields
from rules.language.fields import Carried
from rules.language.topics import BY_TEAMMATES, bringing
from rules.language.values import Kind
from rules.reading import absence
from rules.words.text import fold

_SEVERAL = 2
_WORDS = "message.text"
_MESSAGE = tuple(path for path, field in fields.FIELDS.items() if field.group == "message")


def look(rule: Rule, findings: Findings, *, sound: bool, today: date | None = None) -> None:
    """Tell what looks wrong in one rule. Of one that is not sound only what does not hang on the faulty part."""
    _any_of_negatives(rule.condition, findings)
    if sound:
        _only_negative(rule, findings)
        _always_evaluated(rule, findings)
        _unheard_message(rule, findings)
        _self_untrigger(rule, findings)
        _costly(rule, findings)
        _ticket_withdrawal(rule, findings)
        _shadow_expired(rule, findings, today)


def _any_of_negatives(condition: Condition, findings: Findings) -> None:
    if isinstance(condition, Test):
        return
    if isinstance(condition, AnyOf) and sum(absence.only_negative(part) for part in condition.parts) >= _SEVERAL:
        findings.warning(
            condition.span,
            "any-of-negatives",
            '"any" of two or more "none" tests is almost always true',
            "a message without the first word passes even if it has the second. Use one test with both words, or all:",
        )
    for part in condition.parts:
        _any_of_negatives(part, findings)


def _only_negative(rule: Rule, findings: Findings) -> None:
    if absence.only_negative(rule.condition) and not _certain(rule.condition):
        findings.warning(
            rule.condition.span,
            "only-negative",
            f'rule "{rule.id}" only says what must not be there: it matches every event without these fields',
            "add a test of what must be there, such as   message.text: {exists: yes}",
        )


def _always_evaluated(rule: Rule, findings: Findings) -> None:
    if absence.only_negative(rule.condition) or _certain(rule.condition):
        return
    if any(anchors(rule.condition, kind) is None for kind in rule.applies_to):
        message = f'rule "{rule.id}" is tried on every event: there is nothing that it cannot match without'
        note = "a few of these cost nothing; of hundreds, give each a word or a value that must be there"
        findings.info(rule.condition.span, "always-evaluated", message, note)


def _certain(condition: Condition) -> bool:
    """Whether it asks only about the event, of which nothing is ever without a value."""
    return all(test.field.group == "event" for test in tests(condition))


def _unheard_message(rule: Rule, findings: Findings) -> None:
    """Tell of a rule about what teammates write that does not say so, and therefore sees nothing of it."""
    topics = {topic for topic in rule.events or () if any(topic in bringing(_WORDS, kind) for kind in rule.applies_to)}
    if (
        rule.names_sender
        or not topics
        or not topics <= BY_TEAMMATES
        or absence.may_hold_without(rule.condition, *_MESSAGE)
    ):
        return
    test = next(test for test in tests(rule.condition) if test.field.group == "message")
    message = f'rule "{rule.id}" cannot see this message: it looks only at events in which a teammate or a bot writes'
    note = "what is not the customer's is only seen by a rule that says so:   message.from: [teammate, bot]"
    findings.warning(test.span, "unheard-message", message, note)


def _self_untrigger(rule: Rule, findings: Findings) -> None:
    own = {(wish.kind, fold(wish.tag)): wish.tag for kind in rule.applies_to for wish in rule.wishes(kind)}
    for test in tests(rule.condition):
        group, _, name = test.field.path.partition(".")
        written = [own[key] for value in test.written for key in own if key == (group, fold(value))]
        if name == "tags" and written:
            message = f'rule "{rule.id}" tests the tag "{written[0]}", which it changes itself'
            note = "adding a tag that is there, or removing one that is not, does nothing: the test is not needed"
            findings.warning(test.span, "self-untrigger", message, note)


def _costly(rule: Rule, findings: Findings) -> None:
    for test in tests(rule.condition):
        kinds = [kind for kind in rule.applies_to if _never_carried(test, kind)]
        if not kinds:
            continue
        known = f'"{test.field.path}" is not in the notifications about a {" or a ".join(kinds)}'
        why, note = f"it {Carried.NEVER.value}", "it takes one call, which is made only where the outcome depends on it"
        if test.field.path == "ticket.tags":
            why = "Intercom never tells them"
            note = "what this service did to the ticket counts instead; what people change there cannot be seen"
        findings.info(test.span, "costly-field", f"{known}: {why}", note)


def _never_carried(test: Test, kind: Kind) -> bool:
    return fields.readable(test.field, kind) and fields.carried(test.field, kind) is Carried.NEVER


def _ticket_withdrawal(rule: Rule, findings: Findings) -> None:
    if rule.if_unmatched == "remove" and "ticket" in rule.applies_to:
        message = f'rule "{rule.id}" may take back a tag from a ticket that a person wants there'
        note = "Intercom never tells which tags a ticket has, so what people change there cannot be seen"
        findings.warning(rule.span, "blind-withdrawal", message, note)


def _shadow_expired(rule: Rule, findings: Findings, today: date | None) -> None:
    if rule.mode == "shadow" and rule.shadow_until and today and today > rule.shadow_until:
        message = f'rule "{rule.id}" was to be in shadow mode until {rule.shadow_until.isoformat()}'
        note = "make it live, take it away, or give it a later date"
        findings.warning(rule.span, "shadow-expired", message, note)
