"""Whatever a customer writes is read, compared and searched without an exception, and always in the same way."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rules.deciding.view import View
from rules.language.fields import FIELDS
from rules.reading.loader import load
from rules.reading.sheet import facts
from rules.words.html import links, to_text
from rules.words.phrase import Phrase
from rules.words.substring import Substring
from rules.words.text import Letters, Text, fold, normal
from tests.fuzzed import fuzzed
from tests.rules.test_oracle import MARKUP, WORDS

SHIPPED = load(Path(__file__).parents[3] / "rules" / "examples").rule_set

PIECES = (
    *("<", ">", "</", "<!--", "-->", "<![CDATA[", "<a href='", '<a href="https://x.example/é', "&", "&#", "&#x110000;"),
    *("&#0;", "&nbsp;", "&lt;b&gt;", "<script>", "<style", "<blockquote>", "</blockquote>", "\n> ", "On Monday wrote:"),
    *(
        "\u0301",
        "\u0301" * 40,
        "\u202e",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\U000e0041",
        "\ud800",
        "\udfff",
        "\x00",
        "\x85",
    ),
    *(
        "ﬁ",
        "ǅ",
        "ß",
        "ẞ",
        "İ",
        "\u0131",
        "ς",
        "Σ",
        "ͅ",
        "ﷺ",
        "ﾞ",
        "㍿",
        "½",
        "①",
        "각",
        "각",
        "ཀྵ",
        "🏽",
        "👨‍👩‍👧",
        "-",
        "- -",
        "--",
    ),
    *("https://", "www.", "www.x", "http://http://", "\u2028", "\u3000", "\t", "_", "'", "`", "\u2044"),
)
anything = st.characters() | st.characters(categories=["Cs", "Mn", "Cf", "Lt", "Lo", "No"])
texts = st.lists(
    st.text(anything, max_size=6)
    | st.sampled_from(PIECES)
    | st.sampled_from(WORDS)
    | st.builds(str.format, st.sampled_from(MARKUP), st.sampled_from(WORDS)),
    max_size=12,
).map("".join)


@fuzzed
@given(texts)
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert fold(normal(text)) == fold(text)
    assert fold(fold(text)) == fold(text)


@fuzzed
@given(texts)
def test_the_forms_of_a_text_are_as_long_as_each_other(text: str) -> None:
    letters = Letters(fold(text))

    assert len(letters.words) == len(letters.bare)
    assert all(letters.letter(at) for at in range(len(letters.bare)))


@fuzzed
@given(texts, st.booleans())
def test_markup_of_any_kind_is_read(text: str, quotes: bool) -> None:
    plain = to_text(text, quotes=quotes)

    assert isinstance(normal(plain), str)
    assert all(isinstance(link, str) for link in links(text))


@fuzzed
@given(texts, texts, st.booleans())
def test_what_is_found_stands_in_the_text(text: str, wanted: str, exact_case: bool) -> None:
    searched = Text(text)
    for needle in (
        Phrase(wanted, exact_case),
        Phrase(wanted + "*", exact_case),
        Substring(wanted, "anywhere", exact_case),
    ):
        place = needle.find(searched) if needle.needle else None
        if place is not None:
            start, end = searched.span(place)
            assert 0 <= start <= end <= len(searched.normal)


@fuzzed
@given(texts)
def test_a_text_has_itself_in_it(text: str) -> None:
    piece = Substring(text)

    assert not piece.needle or piece.find(Text(text)) is not None


@fuzzed
@given(texts)
def test_the_rules_decide_about_any_message(text: str) -> None:
    assert SHIPPED is not None
    event = facts("conversation", {"message.text": text, "conversation.title": text, "contact.email": text})

    decision = SHIPPED.decide(event)

    assert decision == SHIPPED.decide(event)
    assert decision.undecided == {}


@fuzzed
@given(texts)
def test_a_view_of_any_text_is_its_normal_form(text: str) -> None:
    seen = View(facts("conversation", {"message.text": text})).text(FIELDS["message.text"])

    assert not isinstance(seen, Text) or seen.normal == normal(seen.normal)
