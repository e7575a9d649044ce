import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.words.html import LONGEST, links, to_text


def words(body: str, *, quotes: bool = False) -> str:
    return " ".join(to_text(body, quotes=quotes).split())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("<p>Hello</p><p>world</p>", "Hello world", id="blocks separate"),
        pytest.param("Hel<b>lo</b> <i>wor</i>ld", "Hello world", id="inline tags join"),
        pytest.param("one<br>two<br/>three", "one two three", id="line breaks"),
        pytest.param("<ul><li>a</li><li>b</li></ul>", "a b", id="lists"),
        pytest.param("<td>a</td><td>b</td>", "a b", id="cells"),
        pytest.param("Q&amp;A &lt;b&gt; &eacute; &#233; &#xe9; &nbsp;!", "Q&A <b> é é é !", id="entities"),
        pytest.param("AT&T & co", "AT&T & co", id="ampersands"),
        pytest.param("&#99999999999; x", "\ufffd x", id="an absurd reference"),
        pytest.param("a<script>refund()</script>b", "a b", id="script"),
        pytest.param("a<SCRIPT type='x'>if (a<b) refund()</SCRIPT >b", "a b", id="script in capitals"),
        pytest.param("a<style>.refund{}</style>b", "a b", id="style"),
        pytest.param("<html><head><title>refund</title></head><body>hi</body></html>", "hi", id="head"),
        pytest.param("add <script> to my page", "add to my page", id="script never closed"),
        pytest.param("a<script/>b", "a b", id="an empty script"),
        pytest.param("a<!-- refund -->b", "ab", id="comment"),
        pytest.param("a<!-- refund <p> b", "a refund b", id="comment never closed"),
        pytest.param("<!DOCTYPE html>a<?xml x?>b", "ab", id="declarations"),
        pytest.param('<a href="https://x.example/refund">here</a>', "here", id="link targets are not text"),
        pytest.param('<img alt="a > b">x', "x", id="a bracket in an attribute"),
        pytest.param("<p class=it's>x</p>", "x", id="an odd quote in an attribute"),
        pytest.param("2 < 3 and 4 > 3", "2 < 3 and 4 > 3", id="plain text with signs"),
        pytest.param("I <3 you", "I <3 you", id="a heart"),
        pytest.param("Jo <jo@example.com>", "Jo <jo@example.com>", id="an address in brackets"),
        pytest.param("<https://x.example/>", "<https://x.example/>", id="a web address in brackets"),
        pytest.param("<o:p>office</o:p>", "office", id="a tag with a prefix"),
        pytest.param("x<p", "x<p", id="a tag that is cut off"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_reads_html_and_plain_text_alike(body: str, text: str) -> None:
    assert words(body) == text


def test_a_very_long_body_is_cut_before_it_is_read() -> None:
    body = "x" * (LONGEST - 2) + "<p>refund"

    text = to_text(body, quotes=False)

    assert text == "x" * (LONGEST - 2)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param('<a href="https://x.example/a?b=1&amp;c=2">x</a>', ("https://x.example/a?b=1&c=2",), id="href"),
        pytest.param("<A HREF='/x'>x</A>", ("/x",), id="single quotes"),
        pytest.param("<a href=/x>x</a>", ("/x",), id="no quotes"),
        pytest.param("<a name=x>x</a><a href=''>y</a>", (), id="no target"),
        pytest.param("see https://x.example/a.", ("https://x.example/a",), id="written out"),
        pytest.param("see WWW.example.com!", ("WWW.example.com",), id="without scheme"),
        pytest.param('<a href="https://x.example">https://x.example</a>', ("https://x.example",), id="each once"),
        pytest.param('<blockquote><a href="https://x.example">x</a></blockquote>', (), id="not in quotes"),
        pytest.param("no links", (), id="none"),
    ],
)
def test_tells_the_links(body: str, found: tuple[str, ...]) -> None:
    assert links(body) == found


HOSTILE = {
    "open brackets": "<" * LONGEST,
    "open tags": '<a "' * (LONGEST // 4),
    "comments": "<!--" * (LONGEST // 4),
    "comments behind an end": "-->" + "<!--" * (LONGEST // 4),
    "scripts": "<script>" * (LONGEST // 8),
    "scripts behind an end": "</script>" + "<script>" * (LONGEST // 8),
    "one long reference": "&#" + "9" * LONGEST,
    "references": "&#9" * (LONGEST // 3),
    "blocks": "<div>" * (LONGEST // 5),
    "quotes": "<blockquote>" * (LONGEST // 12),
    "quoted lines": ">\n" * (LONGEST // 2),
    "introductions": "On 1 x wrote:\n" * (LONGEST // 14),
    "an introduction without end": "On 1 wrote " * (LONGEST // 11) + ":",
    "headers": "From:\n" * (LONGEST // 6),
    "attributes": "<a href=" * (LONGEST // 8),
    "classes": '<div class="' + "gmail_" * (LONGEST // 8) + '">x',
    "addresses": "www." * (LONGEST // 4),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bodies_take_linear_time(body: str) -> None:
    assert len(to_text(body, quotes=False)) <= len(body)
    assert len(links(body)) <= len(body)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(st.sampled_from("<>/!-&;#x3'\"= \n:abp"), max_size=60))
def test_no_markup_raises(body: str) -> None:
    kept = to_text(body, quotes=True)

    assert len(to_text(body, quotes=False)) <= len(kept)
