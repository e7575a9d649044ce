import pytest

from rules.words.substring import Substring, Where
from rules.words.text import Text


@pytest.mark.parametrize(
    ("piece", "where", "body", "words"),
    [
        ("fund", "anywhere", "a REFUND", "FUND"),
        ("ano", "anywhere", "el añorado", "año"),
        ("año", "anywhere", "ano, año", "año"),
        ("año", "anywhere", "ano", None),
        ("año", "start", "anos", None),
        ("año", "start", "Años", "Año"),
        ("ß", "end", "der Spass", "ss"),
        ("a-b", "anywhere", "a b", None),
        ("x.example/re", "anywhere", "https://x.example/refund", "x.example/re"),
        ("hello", "end", "hell", None),
    ],
)
def test_finds_letters_in_a_row(piece: str, where: Where, body: str, words: str | None) -> None:
    text = Text(body)

    place = Substring(piece, where).find(text)

    assert (None if place is None else text.normal[slice(*text.span(place))]) == words


def test_exact_case_keeps_the_case() -> None:
    assert Substring("US", exact_case=True).find(Text("use")) is None
    assert Substring("US", exact_case=True).find(Text("USE")) is not None
