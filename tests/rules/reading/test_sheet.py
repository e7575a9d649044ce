import pytest

from rules.findings.finding import Findings
from rules.language.values import Absent, Facts
from rules.reading import sheet


def read(text: str) -> Facts:
    findings = Findings()
    found = sheet.read("event.yaml", text.encode(), findings)
    assert found is not None, findings.sorted()
    return found


def test_lines_of_fields_are_an_event() -> None:
    found = read("message.text: See https://x.example\ncontact.email: anna@Example.com\nconversation.rating: 2\n")

    assert found.kind == "conversation"
    assert found.get("conversation.rating") == 2
    assert found.get("contact.email_domain") == "Example.com"
    assert found.get("message.links") == ("https://x.example",)
    assert found.get("message.from") == "customer"
    assert found.get("company.plan") is Absent.MISSING


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("ticket.state: resolved\n", "ticket", "ticket.created"),
        ("company.plan: Pro\napplies_to: company\n", "company", "company.created"),
        ("event.topic: contact.user.updated\n", "contact", "contact.user.updated"),
        ("version: 1\ngiven: {company.name: Acme}\napplies_to: contact\n", "contact", "contact.user.created"),
        ("name: as in a test\ngiven: {message.text: hi}\nexpect: {add: []}\n", "conversation", None),
    ],
)
def test_what_it_is_about(text: str, kind: str, topic: str | None) -> None:
    found = read(text)

    assert found.kind == kind
    assert topic in {None, found.get("event.topic")}


@pytest.mark.parametrize(
    "text",
    ["- message.text: crash\n", "- name: a test\n  given: {message.text: crash}\n  expect: {add: [bug/crash]}\n"],
    ids=["an example", "a scenario"],
)
def test_an_entry_may_be_copied_out_of_its_list(text: str) -> None:
    findings = Findings()

    found = sheet.read("event.yaml", text.encode(), findings)

    assert findings.sorted() == ()
    assert found is not None
    assert found.get("message.text") == "crash"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad-event"),
        ("- {message.text: a}\n- {message.text: b}\n", "bad-event"),
        ("just words\n", "bad-event"),
        ("- a list\n", "bad-event"),
        ("mesage.text: hi\n", "unknown-field"),
        ("conversation.rating: lots\n", "not-a-number"),
        ("ticket.state: resolved\napplies_to: contact\n", "wrong-target"),
        ("applies_to: customer\nmessage.text: hi\n", "unknown-value"),
        ("given: {message.text: hi}\ngiveen: {}\n", "unknown-key"),
        ("message.text: [\n", "yaml-syntax"),
    ],
)
def test_what_is_wrong_is_told(text: str, code: str) -> None:
    findings = Findings()

    assert sheet.read("event.yaml", text.encode(), findings) is None
    assert code in {finding.code for finding in findings.sorted()}
