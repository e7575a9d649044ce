import pytest

from workers.intercom.limits import Limits

NOON = "Sun, 22 Nov 2026 12:00:00 GMT"
NOON_SECONDS = 1_795_348_800.0


def test_headers_of_a_plain_answer_are_read() -> None:
    headers = {
        "x-ratelimit-limit": "1666",
        "x-ratelimit-remaining": "1660",
        "x-ratelimit-reset": "1795348810",
        "date": NOON,
    }

    limits = Limits.from_headers(headers)

    assert limits == Limits(limit=1666, remaining=1660, reset=NOON_SECONDS + 10, date=NOON_SECONDS)


def test_an_answer_without_headers_says_nothing() -> None:
    assert Limits.from_headers({}) == Limits()


@pytest.mark.parametrize("text", ["", "many", "-1", "1e9", "NaN", "inf", "0x10", "١٢", "9" * 13, "1" * 5000, "1,2"])
@pytest.mark.parametrize("name", ["limit", "remaining", "reset"])
def test_what_is_not_a_number_is_none(name: str, text: str) -> None:
    limits = Limits.from_headers({f"x-ratelimit-{name}": text})

    assert limits == Limits()


def test_a_limit_of_nothing_is_none_but_nothing_may_remain() -> None:
    limits = Limits.from_headers({"x-ratelimit-limit": "0", "x-ratelimit-remaining": "0"})

    assert limits == Limits(remaining=0)


@pytest.mark.parametrize(
    ("reset", "read"),
    [
        pytest.param("1795348799", NOON_SECONDS - 1, id="one second ago: clocks differ"),
        pytest.param("1795348790", None, id="ten seconds ago"),
        pytest.param("7", None, id="not a moment of our time"),
        pytest.param("1795348800.5", NOON_SECONDS + 0.5, id="fraction"),
        pytest.param("1795352400", NOON_SECONDS + 3600, id="an hour ahead: the budget knows its window and judges"),
    ],
)
def test_a_reset_in_the_past_is_none(reset: str, read: float | None) -> None:
    limits = Limits.from_headers({"x-ratelimit-reset": reset, "date": NOON})

    assert limits.reset == read


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"retry-after": "7"}, 7.0, id="seconds"),
        pytest.param({"retry-after": "Sun, 22 Nov 2026 12:00:09 GMT", "date": NOON}, 9.0, id="date"),
        pytest.param({"retry-after": "Sun, 22 Nov 2026 12:00:09 GMT"}, None, id="date without a clock to compare with"),
        pytest.param({"retry-after": "Sun, 22 Nov 2026 11:59:00 GMT", "date": NOON}, None, id="date in the past"),
        pytest.param({"retry-after": "soon"}, None, id="words"),
        pytest.param({"retry-after": "-5"}, None, id="negative"),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert Limits.from_headers(headers).retry_after == seconds


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 999999 12:00:00 GMT", "Sun, 22 Nov 2026 " * 999],
)
def test_a_date_that_is_none_is_none(date: str) -> None:
    assert Limits.from_headers({"date": date}).date is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert Limits.from_headers({"date": NOON.replace(" GMT", " -0000")}).date == NOON_SECONDS
