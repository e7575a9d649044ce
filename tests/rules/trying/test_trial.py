from rules.trying import trial
from rules.trying.trial import Outcome
from tests.rules.sets import rule_set

RULE = """\
version: 1
rules:
- id: crash-report
  if:
    message.text: {mentions_any: [crash*, fatal error, 闪退]}
  then: {add: vip}
  examples:
    match:
      - It crashed
    no_match: [It was a crashing bore?]
"""


def outcomes(text: str) -> tuple[Outcome, ...]:
    return tuple(trial.trials(rule_set(text)))


def with_examples(condition: str, examples: str, *, more: str = "") -> tuple[Outcome, ...]:
    return outcomes(
        f"version: 1\nrules:\n- id: a\n  {more}\n  if: {condition}\n  then: {{add: vip}}\n  examples: {examples}\n",
    )


def test_a_failed_example_shows_every_test_and_what_it_saw() -> None:
    failed = [outcome for outcome in outcomes(RULE) if not outcome.as_expected]

    (said,) = (trial.as_text(trial.failure(outcome)) for outcome in failed)
    assert said == (
        'rules.yaml:10:16: FAIL rule "crash-report" should not match but does\n'
        "10 |     no_match: [It was a crashing bore?]\n"
        "   line 5: message.text mentions_any ['crash*', 'fatal error', '闪退'] -> yes"
        "   (value: 'It was a crashing bore?')"
    )
    assert trial.summary(outcomes(RULE)) == "2 examples of 1 rule: 1 failed"


def test_values_are_shown_in_the_words_of_the_files() -> None:
    condition = (
        "{conversation.attributes.Billing Tier: gold,"
        " conversation.open: yes, conversation.tags: {has_any: [x]}, conversation.rating: {between: [1, 2]},"
        " conversation.created_at: {after: 2026-01-01}, message.subject: {exists: yes}}"
    )
    event = (
        "{conversation.open: true, conversation.tags: [a, b], conversation.rating: 3,"
        " conversation.created_at: 2026-09-01}"
    )

    (outcome,) = with_examples(condition, f"{{match: [{event}]}}")

    assert [line.partition(": ")[2] for line in trial.failure(outcome).notes] == [
        "conversation.attributes.Billing Tier in ['gold'] -> no   (no value)",
        "conversation.open is yes -> yes   (value: yes)",
        "conversation.tags has_any ['x'] -> no   (value: ['a', 'b'])",
        "conversation.rating between ['1', '2'] -> no   (value: 3)",
        "conversation.created_at after 2026-01-01 -> yes   (value: 2026-09-01T00:00:00+00:00)",
        "message.subject exists yes -> no   (no value)",
    ]


def test_a_long_value_is_cut() -> None:
    (outcome,) = with_examples("{message.text: {mentions_any: [a]}}", f"{{match: [{'b' * 999}]}}")

    (line,) = trial.failure(outcome).notes

    assert line.endswith("b…')")
    assert len(line) < 300


def test_known_failures_are_expected_until_they_are_mended() -> None:
    examples = "{match: [refund], no_match: [x], known_miss: [money back, refund], known_false_alarm: [no refund, x]}"

    tried = with_examples("{message.text: {mentions_any: [refund]}}", examples)

    failures = [trial.failure(outcome).message for outcome in tried if not outcome.as_expected]
    assert failures == [
        'rule "a" now matches what it was known to miss: make it a match example',
        'rule "a" no longer matches what was a known false alarm: make it a no_match example',
    ]
    assert trial.summary(tried) == "6 examples of 1 rule: 2 failed, 2 known to fail"


def test_without_an_example_nothing_was_tested() -> None:
    assert trial.summary(()) == "no rule has an example: nothing was tested"


def test_every_event_is_a_customers_on_a_wednesday_noon_unless_said_otherwise() -> None:
    condition = (
        "{message.from: customer, event.time: {after: 2026-09-02T11:59:59Z, before: 2026-09-02T12:00:01Z},"
        " event.attempt: {is: 1}, event.topic: conversation.user.created}"
    )

    tried = with_examples(condition, "{match: [x], no_match: [{message.from: bot}, {event.attempt: 2}]}")

    assert all(outcome.as_expected for outcome in tried)


def test_what_follows_from_an_example_need_not_be_said() -> None:
    condition = (
        "{message.links: {has_any: ['https://x.example']}, message.full_text: {mentions_any: [old]},"
        " message.text: {mentions_none: [old]}, contact.email_domain: y.example}"
    )
    event = "{message.text: 'see https://x.example\n\n\n> old', contact.email: a@Y.example}"

    assert all(outcome.as_expected for outcome in with_examples(condition, f"{{match: [{event}]}}"))


def test_shadow_and_disabled_rules_are_tried_too() -> None:
    for mode in ("shadow", "disabled"):
        tried = with_examples(
            "{message.text: {mentions_any: [a]}}", "{match: [a], no_match: [b]}", more=f"mode: {mode}"
        )

        assert [outcome.as_expected for outcome in tried] == [True, True]


def test_the_topic_of_an_example_counts() -> None:
    tried = with_examples(
        "{message.text: {mentions_any: [a]}}",
        "{match: [a], no_match: [{message.text: a, event.topic: conversation.user.created}]}",
        more="events: [conversation.user.replied]",
    )

    assert all(outcome.as_expected for outcome in tried)


def test_an_example_is_of_a_topic_that_brings_what_it_says() -> None:
    topics = ("conversation.admin.assigned", "conversation.user.replied", "ticket.created")

    tried = with_examples(
        "{any: [{event.topic: conversation.user.replied}, {event.topic: ticket.created}]}",
        "{match: [hello, {ticket.state: submitted}], no_match: [{event.topic: conversation.admin.assigned}]}",
        more=f"applies_to: [conversation, ticket]\n  events: [{', '.join(topics)}]",
    )

    assert [outcome.as_expected for outcome in tried] == [True, True, True]


def test_a_failure_at_a_topic_that_the_rule_does_not_look_at_says_so() -> None:
    (outcome,) = with_examples(
        "{message.text: {mentions_any: [a]}}",
        "{match: [{message.text: a, event.topic: conversation.user.created}]}",
        more="events: [conversation.user.replied]",
    )

    assert trial.failure(outcome).notes == (
        "the rule does not look at conversation.user.created, whatever its tests say",
        "line 5: message.text mentions_any ['a'] -> yes   (value: 'a')",
    )
    assert trial.details(outcome)["unheard"] == "conversation.user.created"


def test_an_example_is_an_event_of_the_kind_that_has_its_fields() -> None:
    tried = with_examples(
        "{any: [{ticket.state: resolved}, {conversation.state: closed}]}",
        "{match: [{ticket.state: Resolved}, {conversation.state: closed}],"
        " no_match: [{ticket.state: submitted}, {ticket.title: }]}",
        more="applies_to: [conversation, ticket]",
    )

    assert all(outcome.as_expected for outcome in tried)
    assert [trial.facts_of(outcome.rule, outcome.example).kind for outcome in tried][:2] == ["ticket", "conversation"]
