import pytest

from simulator.webhooks.patience import Patience, Subscription, Verdict, verdict


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "acked"),
        (202, "acked"),
        (204, "acked"),
        (301, "failed"),
        (400, "failed"),
        (401, "failed"),
        (404, "failed"),
        (410, "disabled"),
        (429, "throttled"),
        (500, "failed"),
        (503, "failed"),
        (None, "failed"),
    ],
)
def test_each_status_has_its_meaning(status: int | None, expected: Verdict) -> None:
    assert verdict(status) == expected


def test_the_documented_durations_are_the_defaults() -> None:
    assert Patience() == Patience(timeout=5, retry_after=60, first_hold=60, longest_hold=2 * 3600, drop_after=2 * 3600)


def test_every_duration_scales() -> None:
    assert Patience().scaled(0.5) == Patience(2.5, 30, 30, 3600, 3600)


def test_the_hold_doubles_from_a_minute_to_two_hours() -> None:
    subscription = Subscription(Patience())
    now = 1_000.0

    holds = []
    for _ in range(9):
        subscription.learn("throttled", now)
        holds.append(subscription.wait(now))
        now += subscription.wait(now)

    assert holds == [60, 120, 240, 480, 960, 1920, 3840, 7200, 7200]


def test_answers_to_calls_made_before_a_hold_do_not_change_it() -> None:
    subscription = Subscription(Patience())
    subscription.learn("throttled", 1_000.0)

    subscription.learn("throttled", 1_000.5)
    subscription.learn("acked", 1_001.0)

    assert subscription.wait(1_000.0) == 60


def test_a_success_after_the_hold_ends_the_growth() -> None:
    subscription = Subscription(Patience())
    subscription.learn("throttled", 1_000.0)

    subscription.learn("acked", 1_061.0)
    subscription.learn("throttled", 1_062.0)

    assert subscription.wait(1_062.0) == 60


def test_a_failure_holds_nobody_back() -> None:
    subscription = Subscription(Patience())

    subscription.learn("failed", 1_000.0)

    assert subscription.wait(1_000.0) == 0
    assert not subscription.disabled


def test_410_disables_for_good_even_during_a_hold() -> None:
    subscription = Subscription(Patience())
    subscription.learn("throttled", 1_000.0)

    subscription.learn("disabled", 1_001.0)
    subscription.learn("acked", 2_000.0)

    assert subscription.disabled
