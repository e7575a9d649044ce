"""Plain texts and HTML, told apart and read alike."""

import re
from html import escape

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rules.deciding.view import View
from rules.findings.finding import Findings
from rules.language.fields import FIELDS
from rules.reading import sheet
from rules.reading.loader import File, assemble
from rules.trying.rehearsal import play
from rules.trying.trial import trials
from rules.words import markup
from rules.words.text import Text
from tests.facts import samples
from tests.rules.sets import TAGS

PLAIN = (
    "a < b",
    "I <3 it",
    "5 < 6 and 7 > 3",
    "if a<b and c>d then it crashes",
    "<name> asks for a refund",
    "<refund@example.com> wrote to us",
    "<https://shop.example.com/refund> is broken",
    "a List<String> where the page has a <title>Refund</title>",
    "Tom & Jerry",
    "https://shop.example.com/?a=1&copy=2&lt=3",
    "</3",
    "< p >refund",
    "line one\nline two",
    "> quoted\nnot quoted",
    "On Mon, 5 Jan 2026, Ada <ada@example.com> wrote:\n> refund\n",
)
HTML = (
    "<p>refund</p>",
    "\n  <P CLASS='no-margin'>refund</P>",
    "<br/>refund",
    "<br>refund",
    "<b>refund</b> please",
    "<div\ndir=ltr>refund",
    "<!-- from a form --><p>refund</p>",
    "<!DOCTYPE html><html><body>refund</body></html>",
    '<h1 id="top">refund</h1>',
    '<img src="https://shop.example.com/x.png"> refund',
)


def read(body: str, path: str = "message.text") -> object:
    """The body of a customer's reply, from notification to the form in which rules compare it."""
    item = samples.item_of("conversation.user.replied")
    item["conversation_parts"]["conversation_parts"][0]["body"] = body
    found = View(samples.facts_with("conversation.user.replied", item)).text(FIELDS[path])
    return found.normal if isinstance(found, Text) else found


@pytest.mark.parametrize("body", PLAIN)
def test_a_plain_body_says_what_it_says(body: str) -> None:
    assert not markup.is_html(body)
    assert read(body, "message.full_text") == Text(body).normal


@pytest.mark.parametrize("body", HTML)
def test_a_body_that_begins_with_a_tag_is_html(body: str) -> None:
    assert markup.as_html(body) == body
    assert str(read(body)).split()[0] == "refund"


WHOLE_REFERENCE = re.compile("&(?:lt|gt|amp|#[0-9]+|#x[0-9a-f]+);", re.IGNORECASE)
TEXTS = st.text(max_size=80) | st.lists(
    st.sampled_from(["<", ">", "&", ";", "p", "b", "/", " ", "\n", "refund", "&lt", "<p>", "</p>", "<!--", "=", "'"]),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("path", ["message.text", "message.full_text"])
@given(body=TEXTS)
@example(body="if a<b and c>d")
@example(body="x&copy=2")
@example(body="&lt0;")
@example(body="a <!-- b")
@example(body="a <style> b")
def test_a_body_says_the_same_in_plain_text_and_in_html(path: str, body: str) -> None:
    assume(not markup.is_html(body))
    assume(not WHOLE_REFERENCE.search(body))

    assert read(body, path) == read(f"<p>{escape(body, quote=False)}</p>", path)


@given(body=TEXTS | st.sampled_from(PLAIN + HTML))
def test_what_people_write_into_examples_is_read_as_a_message_is(body: str) -> None:
    item = samples.item_of("conversation.user.replied")
    item["conversation_parts"]["conversation_parts"][0]["body"] = body
    sent = samples.facts_with("conversation.user.replied", item)

    written = sheet.facts("conversation", {"message.text": body})

    for path in ("message.text", "message.full_text"):
        seen = [View(facts).text(FIELDS[path]) for facts in (sent, written)]
        assert len({text.normal if isinstance(text, Text) else text for text in seen}) == 1
    assert sent.get("message.links") == written.get("message.links")


RULES = """
version: 1
rules:
  - id: plain
    if: {message.text: {contains_any: ["a<b and c>d"]}}
    then: {add: vip}
    examples:
      match: ["if a<b and c>d then it crashes", "<p>if a&lt;b and c&gt;d</p>"]
      no_match: ["<p>if a<b and c>d</p>"]
"""
SCENARIOS = """
version: 1
tests:
  - {name: plain, given: {message.text: "a<b and c>d"}, expect: {add: vip}}
  - {name: html, given: {message.text: "<p>a<b and c>d</p>"}, expect: {matched: []}}
"""


def test_examples_scenarios_and_fact_sheets_tell_plain_text_from_html_too() -> None:
    files = (
        File("tags.yaml", TAGS.encode()),
        File("rules.yaml", RULES.encode()),
        File("tests.yaml", SCENARIOS.encode()),
    )
    made = assemble(files, Findings(), "folder").rule_set
    described = sheet.read("event.yaml", b'message.text: "a<b and c>d"', Findings())

    assert made is not None
    assert all(outcome.as_expected for outcome in trials(made))
    assert all(played.as_expected for played in play(made))
    assert described is not None
    assert [match.rule for match in made.decide(described).matches] == ["plain"]


@given(body=TEXTS)
def test_a_text_without_tags_and_references_stays_as_it_is(body: str) -> None:
    body = body.replace("<", "").replace("&", "")

    assert markup.as_html(body) == body


@pytest.mark.parametrize(
    ("path", "place"),
    [("ticket.title", "_default_title_"), ("ticket.description", "_default_description_")],
)
def test_the_form_of_a_ticket_may_be_plain_too(path: str, place: str) -> None:
    item = samples.item_of("ticket.created")
    item["ticket_attributes"][place] = "if a<b and c>d"

    found = View(samples.facts_with("ticket.created", item))

    for text in (found.text(FIELDS[path]), found.text(FIELDS["message.text"])):
        assert isinstance(text, Text)
        assert "if a<b and c>d" in text.normal


def test_a_subject_and_a_remark_may_be_plain_too() -> None:
    opened, rated = samples.item_of("conversation.user.created"), samples.item_of("conversation.rating.added")
    opened["source"]["subject"] = "Q&amp;A on List<String>"
    rated["conversation_rating"]["remark"] = "a<b and c>d"

    subject = samples.facts_with("conversation.user.created", opened)
    remark = samples.facts_with("conversation.rating.added", rated)

    assert subject.get("message.subject") == subject.get("conversation.subject") == "Q&amp;A on List&lt;String>"
    assert remark.get("conversation.rating_remark") == "a&lt;b and c>d"


def test_the_addresses_of_a_plain_body_are_whole() -> None:
    item = samples.item_of("conversation.user.replied")
    item["conversation_parts"]["conversation_parts"][0]["body"] = "see https://shop.example.com/?a=1&copy=2 <3"

    found = samples.facts_with("conversation.user.replied", item)

    assert found.get("message.links") == ("https://shop.example.com/?a=1&copy=2",)
