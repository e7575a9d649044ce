# ruff: noqa: RUF001 - letters that look alike are what is tested here
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.words.html import LONGEST
from rules.words.text import Letters, Place, Text, binds, fold, normal


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("  Hello \t\n World ", "hello world", id="case and white space"),
        pytest.param("“Smart” ‘quotes’ «here»", '"smart" \'quotes\' "here"', id="quotes"),
        pytest.param("a–b—c‑d−e", "a-b-c-d-e", id="dashes"),
        pytest.param("so\u00adft\u200b hy\ufeffphen", "soft hyphen", id="invisible"),
        pytest.param("\u202erefund\u202c", "refund", id="direction marks"),
        pytest.param("Ⅳ ① ﬃ ½", "iv 1 ffi 1/2", id="compatibility forms"),
        pytest.param("STRASSE straße", "strasse strasse", id="sharp s"),
        pytest.param("don´t don`t", "don't don't", id="accents used as apostrophes"),
        pytest.param("ΣΑΣ σας", "σασ σασ", id="final sigma"),
        pytest.param("e\u0301", "é", id="composed"),
        pytest.param("\ud800x", "\ufffdx", id="lone surrogate"),
        pytest.param("x\U000e0101y", "xy", id="variation selector beyond U+FFFF"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_one_normal_form(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_case_is_kept_where_it_is_wanted() -> None:
    assert normal("  The “US” ") == 'The "US"'


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.text(max_size=40))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = fold(text)

    assert fold(once) == once
    assert normal(normal(text)) == normal(text)
    assert fold(normal(text)) == once


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_no_accent_is_left_in_the_bare_form(text: str) -> None:
    letters = Letters(fold(text))

    assert Letters(letters.bare).bare == letters.bare
    assert "".join(letters.letter(at) for at in range(len(letters.bare))) in letters.marked
    assert len(letters.words) == len(letters.bare)


def test_a_place_in_a_text_that_folding_made_longer_is_found_again() -> None:
    text = Text("Großer Spaß, İstanbul ist groß")
    start = text.folded.bare.index("gross", 5)

    span = text.span(Place(text.folded, start, start + len("gross")))

    assert text.normal[slice(*span)] == "groß"


@pytest.mark.timeout(20)
def test_a_mountain_of_accents_on_one_letter_takes_no_time() -> None:
    text = fold("a" + "\u0301\u0316" * 32_000)

    assert text.startswith("á")
    assert len(text) < 100


def test_thirty_emoji_in_a_row_are_no_mountain_of_accents() -> None:
    assert fold("🎉" * 40) == "🎉" * 40


def test_a_word_ends_before_the_first_character_that_does_not_bind() -> None:
    letters = Letters("".join(map(chr, range(0x20, sys.maxunicode + 1))))
    end = len(letters.words)

    for at in reversed(range(len(letters.words))):
        end = end if binds(letters.words[at]) else at
        assert letters.word_end(at) == end


def test_a_text_that_normalising_makes_longer_is_cut_again() -> None:
    text = Text("\ufdfa" * LONGEST)

    assert LONGEST - 1 <= len(text.normal) <= LONGEST


def test_a_place_is_looked_for_once() -> None:
    text = Text("refund")
    found = Place(None, 0, 6)

    text.place("refund", lambda _: found)

    assert text.place("refund", lambda _: None) is found
