# ruff: noqa: RUF001 - letters that look alike are what is tested here
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.words.html import to_text
from rules.words.phrase import Phrase
from rules.words.text import Text


def found(phrase: str, body: str, *, exact_case: bool = False) -> str | None:
    """The words of a body that a phrase stands for, as they are written there."""
    text = Text(to_text(body, quotes=False))
    place = Phrase(phrase, exact_case).find(text)
    return None if place is None else text.normal[slice(*text.span(place))]


@pytest.mark.parametrize(
    ("phrase", "body", "words"),
    [
        pytest.param("refund", "I want a refund!", "refund", id="a word"),
        pytest.param("refund", "REFUND", "REFUND", id="in capitals"),
        pytest.param("refund", "refunded", None, id="not a part of a word"),
        pytest.param("refund", "prerefund", None, id="not the end of a word"),
        pytest.param("refund", "re_refund", None, id="underscores belong to words"),
        pytest.param("refund", "2refund", None, id="digits belong to words"),
        pytest.param("refund", "prerefund, refund", "refund", id="looks on behind a part of a word"),
        pytest.param("straße", "In der STRASSE", "STRASSE", id="sharp s for double s"),
        pytest.param("STRASSE", "in der straße!", "straße", id="double s for sharp s"),
        pytest.param("C++", "I write C++, mostly", "C++", id="a phrase that ends in signs"),
        pytest.param("C++", "I write C++11", "C++", id="signs may touch anything"),
        pytest.param("été", "l'ÉTÉ dernier", "ÉTÉ", id="accents in capitals"),
        pytest.param("été", "l'e\u0301te\u0301 dernier", "été", id="accents written apart"),
        pytest.param("crash*", "it crashes", "crashes", id="any ending"),
        pytest.param("crash*", "Crashing!", "Crashing", id="any ending in capitals"),
        pytest.param("crash*", "crash", "crash", id="no ending is one"),
        pytest.param("crash*", "a data-crash-course", "crash", id="any ending stops at a hyphen"),
        pytest.param("crash*", "pcrashes", None, id="any ending is not any beginning"),
        pytest.param("refund*", "prerefunded", None, id="prerefunded"),
        pytest.param("闪退", "应用一打开就闪退了", "闪退", id="han"),
        pytest.param("VIP", "我是VIP客户", "VIP", id="latin next to han"),
        pytest.param("クラッシュ", "アプリがクラッシュした", "クラッシュ", id="kana"),
        pytest.param("คืนเงิน", "ขอคืนเงินด้วย", "คืนเงิน", id="thai"),
        pytest.param("환불", "환불 해주세요", "환불", id="hangul has spaces"),
        pytest.param("환불", "환불해주세요", None, id="hangul has edges"),
        pytest.param("환불*", "환불해주세요", "환불해주세요", id="hangul with any ending"),
        pytest.param("ano", "el año", "año", id="without accents finds with"),
        pytest.param("año", "el ano", None, id="with accents does not find without"),
        pytest.param("rembourse", "je veux être remboursé", "remboursé", id="rembourse"),
        pytest.param("remboursé", "rembourse-moi", None, id="remboursé"),
        pytest.param("résume", "mon RÉSUMÉ", "RÉSUMÉ", id="each letter for itself"),
        pytest.param("résumé", "mon résume", None, id="each accent for itself"),
        pytest.param("ê", "ế", None, id="two accents are not one"),
        pytest.param("и", "й", None, id="a letter of its own"),
        pytest.param("еще", "ещё раз", "ещё", id="cyrillic accents"),
        pytest.param("ελλαδα", "Ελλάδα", "Ελλάδα", id="greek accents"),
        pytest.param("שלום", "שָׁלוֹם", "שָׁלוֹם", id="hebrew points"),
        pytest.param("हिन्दी", "मैं हिन्दी बोलता", "हिन्दी", id="devanagari"),
        pytest.param("हिन", "हिन्दी", None, id="marks belong to words"),
        pytest.param("istanbul", "İSTANBUL", "İSTANBUL", id="dotted capital i"),
        pytest.param("don't", "I don’t", "don't", id="smart quote"),
        pytest.param("don’t", "I don't", "don't", id="smart quote in the rule"),
        pytest.param("VAT number", "VAT&nbsp;number", "VAT number", id="no-break space"),
        pytest.param("money back", "money   back", "money back", id="many spaces"),
        pytest.param("money back", "money\nback", "money back", id="line break"),
        pytest.param("money  back", "money back", "money back", id="many spaces in the rule"),
        pytest.param("refund", "re\u00adfund", "refund", id="soft hyphen"),
        pytest.param("refund", "re&shy;fund", "refund", id="soft hyphen as an entity"),
        pytest.param("refund", "re\u200bfund", "refund", id="zero-width space"),
        pytest.param("refund", "ｒｅｆｕｎｄ", "refund", id="full width"),
        pytest.param("file", "ﬁle", "file", id="ligature"),
        pytest.param("data loss", "Data-loss again", "Data-loss", id="hyphen for space"),
        pytest.param("data-loss", "data loss", "data loss", id="space for hyphen"),
        pytest.param("data loss", "data–loss", "data-loss", id="dash for space"),
        pytest.param("data loss", "dataloss", None, id="no hyphen, no space"),
        pytest.param("world", "wor<b>ld</b>", "world", id="joined by inline tags"),
        pytest.param("world", "<p>wor</p><p>ld</p>", None, id="split by blocks"),
        pytest.param("refund", "https://shop.example.com/refund", None, id="an address is one word"),
        pytest.param("refund", "www.example.com/refund now", None, id="an address without scheme"),
        pytest.param("refund", "https://example.com/refund. refund", "refund", id="behind an address"),
        pytest.param("https://example.com/x", "see https://example.com/x.", "https://example.com/x", id="the address"),
        pytest.param("https://example.com/x", "https://example.com/xy", None, id="not a part of the address"),
        pytest.param("https://example.com/x*", "https://example.com/x/y", "https://example.com/x", id="its beginning"),
        pytest.param("👍", "ok👍!", "👍", id="emoji"),
        pytest.param("❤", "I ❤️ it", "❤", id="emoji with a variation selector"),
    ],
)
def test_finds_whole_words(phrase: str, body: str, words: str | None) -> None:
    assert found(phrase, body) == words


@pytest.mark.parametrize(
    ("phrase", "body", "words"),
    [
        pytest.param("IT", "our IT department", "IT", id="as written"),
        pytest.param("IT", "it works", None, id="in small letters"),
        pytest.param("US", "us or US?", "US", id="looks on"),
        pytest.param("Ete", "Été", "Été", id="accents are still free"),
    ],
)
def test_exact_case_keeps_the_case_and_nothing_else(phrase: str, body: str, words: str | None) -> None:
    assert found(phrase, body, exact_case=True) == words


LETTERS = "abzéèñüßøйиё闪退あเ가_1-'. \u0301İσς"


def oracle(phrase: str, text: str) -> bool:
    """The same question asked letter by letter of texts in their normal forms: slow, plain and written apart."""
    wanted, given = _clusters(phrase), _clusters(text)
    return any(
        _alike(wanted, given[start : start + len(wanted)])
        and not _bound(given[start - 1] if start else "", wanted[0])
        and not _bound(given[start + len(wanted)] if start + len(wanted) < len(given) else "", wanted[-1])
        for start in range(len(given) - len(wanted) + 1)
    )


def _clusters(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    clusters: list[str] = []
    for letter in " ".join(folded.split()):
        if letter in "\u0301\u0307" and clusters:
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return [" " if _opens(clusters, at) else cluster for at, cluster in enumerate(clusters)]


def _opens(clusters: list[str], at: int) -> bool:
    """Whether this is a hyphen between two letters."""
    around = [_bare(cluster) for cluster in clusters[max(0, at - 1) : at + 2]]
    return len(around) == 3 and at > 0 and around[1] == "-" and not {around[0], around[2]} & {" ", "-"}


def _bare(cluster: str) -> str:
    if cluster[0] == "й":
        return "й"
    letters = unicodedata.normalize("NFD", cluster)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f"))


def _alike(wanted: list[str], given: list[str]) -> bool:
    return all(ask == answer or ask == _bare(answer) for ask, answer in zip(wanted, given, strict=True))


def _bound(neighbour: str, edge: str) -> bool:
    return all(re.fullmatch(r"\w", side[:1]) and side[:1] not in "闪退あเ" for side in (neighbour, edge))


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=3), st.text(LETTERS, max_size=12))
def test_agrees_with_a_plain_reading_of_the_manual(phrase: str, text: str) -> None:
    body = text.removeprefix("\u0301")
    wanted = phrase.strip("\u0301 ")
    if not wanted:
        return

    place = Phrase(wanted).find(Text(body))

    assert (place is not None) is oracle(wanted, body)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=20), st.text(max_size=60))
def test_no_text_breaks_the_search(phrase: str, body: str) -> None:
    text = Text(body)
    sought = Phrase(f"x{phrase}")

    place = sought.find(text)

    if place is not None:
        start, end = text.span(place)
        assert 0 <= start < end <= len(text.normal)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a", "a ", "é", "ß", "www.aaaa "])
def test_hostile_repetitions_are_searched_in_linear_time(piece: str) -> None:
    text = Text(piece * (65_536 // len(piece)))

    places = [Phrase(phrase).find(text) for phrase in ("aaaa", "a a a b", "éé", "sssss")]

    assert len(places) == 4


@pytest.mark.timeout(20)
@pytest.mark.parametrize("body", [f"https://{'a/' * 32_000} a", f"{'www.a/ ' * 9_000} a"], ids=["one", "many"])
def test_web_addresses_are_left_at_once(body: str) -> None:
    text = Text(body)

    places = [Phrase(phrase).find(text) for phrase in ("a", *(f"a/{'a/' * count}*" for count in range(50)))]

    assert places[0] is not None
    assert set(places[1:]) == {None}
