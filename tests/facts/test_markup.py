"""Plain texts and HTML, told apart and read alike."""

import re
from html import escape

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from facts import markup
from rules.deciding.view import View
from rules.language.fields import FIELDS
from rules.words.text import Text
from tests.facts import samples

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
