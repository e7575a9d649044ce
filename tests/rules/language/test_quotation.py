import pytest

from rules.language.quotation import listed, quoted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fatal error", "'fatal error'"),
        (r"error\s+5\d\d", r"'error\s+5\d\d'"),
        ("it's", '"it\'s"'),
        ('it\'s "odd"', "'it''s \"odd\"'"),
        ("闪退", "'闪退'"),
        ("a\x1b[31m", "'a�[31m'"),
    ],
)
def test_a_text_is_quoted_as_its_author_would_write_it(text: str, said: str) -> None:
    assert quoted(text) == said


def test_a_list_is_written_as_in_the_files() -> None:
    assert listed(("crash*", "fatal error")) == "['crash*', 'fatal error']"
    assert listed(()) == "[]"


def test_a_long_list_is_counted() -> None:
    said = listed([f"word-{number}" for number in range(1_500)])

    assert said.startswith("['word-0', 'word-1', ")
    assert said.endswith(", … and 1,481 more]")
    assert len(said) < 230


def test_one_long_text_is_cut() -> None:
    assert len(listed(["x" * 5_000, "y"])) < 230
