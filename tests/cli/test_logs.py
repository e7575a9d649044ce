"""A line an event: text for people, JSON for programs, customers' words for nobody."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli import logs
from cli.logs import FIELDS, Json, Text, formatter

WORDS = "my card 4929 was charged twice"
DOCS = Path(__file__).parents[2] / "docs" / "logs.md"


@pytest.fixture(name="log", params=["workers.app", "asyncio"])
def make_logger(request: pytest.FixtureRequest) -> Iterator[logging.Logger]:
    logger = logging.getLogger(request.param)
    before = logger.propagate
    logger.propagate = False
    yield logger
    logger.propagate = before
    logger.handlers.clear()


def writing(logger: logging.Logger, way: logging.Formatter) -> io.StringIO:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(way)
    logger.addHandler(handler)
    return written


def told(record: logging.LogRecord) -> dict[str, Any]:
    return dict(json.loads(Json().format(record)))


def made(name: str, message: str, *values: object, **fields: object) -> logging.LogRecord:
    record = logging.LogRecord(name, logging.WARNING, "app.py", 1, message, values, None)
    vars(record).update(fields)
    return record


def test_json_has_the_sentence_and_the_fields_that_are_allowed() -> None:
    record = made("workers.app", "job %s is a dead letter", "a:1", job="a:1", rules=("b",), body=WORDS, request_id=None)

    line = told(record)

    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "workers.app",
        "message": "job a:1 is a dead letter",
        "job": "a:1",
        "rules": ["b"],
    }


def test_text_is_for_reading() -> None:
    line = Text().format(made("workers.app", "job %s is a dead letter", "a:1", job="a:1"))

    assert line.endswith(" WARNING workers.app: job a:1 is a dead letter")


@pytest.mark.parametrize("way", [Json(), Text()], ids=["json", "text"])
def test_of_an_error_kind_and_place_are_told_and_not_its_words(log: logging.Logger, way: logging.Formatter) -> None:
    written = writing(log, way)

    try:
        int(WORDS)
    except ValueError:
        log.exception("it went wrong")

    assert "it went wrong" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert "test_logs.py" in written.getvalue()
    assert WORDS not in written.getvalue()


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{WORDS}')>",
            "Task exception was never retrieved",
        ),
        (f"Exception in callback Punctual.data_received(b'{WORDS}')", "Exception in callback Punctual.data_received"),
        ("Unclosed client session", "Unclosed client session"),
    ],
)
def test_of_what_libraries_say_only_what_comes_before_a_value_is_told(message: str, sentence: str) -> None:
    assert told(made("asyncio", message))["message"] == sentence
    assert told(made("workers.app", message))["message"] == message


def test_whatever_is_logged_is_one_line_of_json() -> None:
    line = Json().format(made("workers.app", 'two\nlines of "%s"', "é\x00", wait=object()))

    assert "\n" not in line
    assert json.loads(line)["message"] == 'two\nlines of "é\x00"'


def test_the_page_lists_all_fields_and_no_others() -> None:
    rows = [line.split("|")[1] for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = {name.strip(" `") for row in rows for name in row.split(",")}

    assert named == {"time", "level", "logger", "message", "error", "place", *FIELDS}


@pytest.mark.parametrize(
    ("form", "seen", "kind"), [(None, True, Text), (None, False, Json), ("json", True, Json), ("text", False, Text)]
)
def test_json_is_written_where_nobody_looks_unless_told(
    form: logs.Format | None, seen: bool, kind: type[logging.Formatter]
) -> None:
    assert type(formatter(form, seen=seen)) is kind
