import httpx
import pytest

from simulator.app import Simulator
from simulator.windows import REMEMBERED, Window, Windows

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_windows_are_aligned_to_the_epoch() -> None:
    windows = Windows(10.0, 5)

    windows.take(1_722_500_019.9)
    windows.take(1_722_500_020.0)

    assert [window.start for window in windows.seen()] == [1_722_500_010.0, 1_722_500_020.0]


async def test_a_window_lets_the_limit_through_and_counts_what_it_refuses() -> None:
    windows = Windows(10.0, 2)

    admitted = [windows.take(100.0), windows.take(105.0), windows.take(109.9), windows.take(110.0)]

    assert admitted == [True, True, False, True]
    assert windows.seen() == [Window(100.0, accepted=2, refused=1), Window(110.0, accepted=1)]


@pytest.mark.parametrize(
    ("speaks_of", "limit"), [pytest.param("window", b"166", id="window"), pytest.param("minute", b"996", id="minute")]
)
async def test_headers_speak_of_the_window_or_the_minute(speaks_of: str, limit: bytes) -> None:
    windows = Windows(10.0, 166)
    windows.limit_speaks_of = "minute" if speaks_of == "minute" else "window"
    windows.take(1_722_500_013.0)

    headers = dict(windows.headers(1_722_500_013.0))

    assert headers == {
        b"x-ratelimit-limit": limit,
        b"x-ratelimit-remaining": b"165",
        b"x-ratelimit-reset": b"1722500020",
    }


async def test_the_end_of_a_short_window_is_rounded_up_to_a_whole_second() -> None:
    windows = Windows(0.5, 1)

    headers = dict(windows.headers(100.1))

    assert headers[b"x-ratelimit-reset"] == b"101"


async def test_old_windows_are_forgotten() -> None:
    windows = Windows(1.0, 1)

    for second in range(REMEMBERED + 5):
        windows.take(float(second))

    assert len(windows.seen()) == REMEMBERED
    assert windows.seen()[0].start == 5.0


async def test_a_used_up_window_answers_429_and_changes_nothing(
    intercom: httpx.AsyncClient, control: httpx.AsyncClient, simulator: Simulator
) -> None:
    await control.post("/limits", json={"limit": 1, "window": 1e9})

    first = await intercom.post("/tags", json={"name": "first"})
    second = await intercom.post("/tags", json={"name": "second"})

    assert (first.status_code, second.status_code) == (200, 429)
    assert first.headers["x-ratelimit-remaining"] == second.headers["x-ratelimit-remaining"] == "0"
    assert second.json()["errors"] == [
        {"code": "rate_limit_exceeded", "message": "The rate limit for the App has been exceeded"}
    ]
    assert "retry-after" not in second.headers
    assert [tag.name for tag in simulator.workspace.tags.values()] == ["first"]


async def test_windows_are_listed_for_whoever_checks_the_limit(
    intercom: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    await control.post("/limits", json={"limit": 2, "window": 1e9})
    for _ in range(5):
        await intercom.get("/tags")

    listed = (await control.get("/windows")).json()

    assert listed["length"] == 1e9
    assert listed["windows"] == [{"start": 1e9, "accepted": 2, "refused": 3}]


async def test_every_answer_carries_the_headers(intercom: httpx.AsyncClient) -> None:
    answers = [
        await intercom.get("/tags"),
        await intercom.get("/nowhere"),
        await intercom.get("/me", headers={"Authorization": "Bearer wrong"}),
    ]

    remaining = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
    assert all(answer.headers["x-ratelimit-limit"] == "100000" for answer in answers)
    assert all(99_997 <= left < 100_000 for left in remaining)


async def test_control_calls_do_not_count(control: httpx.AsyncClient, simulator: Simulator) -> None:
    answer = await control.get("/state")

    assert "x-ratelimit-limit" not in answer.headers
    assert simulator.windows.seen() == []
