"""The page about settings is what the code says, and it leaves none out."""

from pathlib import Path

import pytest

from tests.settings_page import ROW, WORDS, page, variables

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "docs/settings.md is out of date: make docs"


def test_every_variable_has_one_row() -> None:
    rows = [row[1] for line in WORDS.read_text("utf-8").splitlines() if (row := ROW.fullmatch(line))]

    assert sorted(rows) == sorted(variables())


@pytest.mark.parametrize(
    "cells",
    [
        "`AUTOTAGGER_PORT` | S | a port, 0 to 65535 | 8080",
        "`AUTOTAGGER_CONCURRENCY` | W | a whole number, 1 to 1000000 | 20",
        "`AUTOTAGGER_COMPLETION_WAIT` | S W | seconds, above 0 and at most 2592000 | S: 20, W: 25",
        "`AUTOTAGGER_REDIS_PORT` | S W | a port, 0 to 65535 | 6379",
        "`AUTOTAGGER_RULES` | W | a folder of rules | must be told",
        "`AUTOTAGGER_REGION` | W | us, eu or au | us",
        "`AUTOTAGGER_OPERATOR` | commands | at most 100 printable characters | ",
    ],
)
def test_a_row_says_who_reads_it_what_it_takes_and_what_holds_without_it(cells: str) -> None:
    assert f"| {cells} |" in page()
