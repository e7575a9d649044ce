from datetime import UTC, datetime

import pytest

from rules.language.values import Absent, Value
from rules.telling import shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Absent.MISSING, "no value"),
        (Absent.NOT_FETCHED, "not fetched"),
        (True, "value: yes"),
        (2.5, "value: 2.5"),
        (datetime(2026, 9, 2, tzinfo=UTC), "value: 2026-09-02T00:00:00+00:00"),
        (("vip", "it's"), "value: ['vip', \"it's\"]"),
        ("a\x1b", "value: 'a�'"),
    ],
)
def test_a_value_is_shown_in_the_words_of_the_files(value: Value | Absent, said: str) -> None:
    assert shown.value(value) == said


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([(0, 5)], "value: '«crash»es and 闪退'"),
        ([(0, 5), (0, 7)], "value: '«crashes» and 闪退'"),
        ([(12, 14), (0, 7), (0, 7)], "value: '«crashes» and «闪退»'"),
        ([(0, 7), (3, 9)], "value: '«crashes» and 闪退'"),
    ],
)
def test_what_was_found_stands_out_once(marks: list[shown.Span], said: str) -> None:
    assert shown.value("crashes and 闪退", marks, ("«", "»")) == said


def test_a_long_text_is_shown_around_the_first_place() -> None:
    said = shown.value("x" * 500 + "here" + "y" * 500, [(500, 504)], ("«", "»"))

    assert said == f"value: '…{'x' * 60}«here»{'y' * 136}…'"
