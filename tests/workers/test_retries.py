"""Waits grow, scatter and stay below the cap."""

import random

import pytest

from workers.retries import Backoff


@pytest.mark.parametrize(("failures", "most"), [(1, 2), (2, 4), (5, 32), (9, 512), (10, 600), (1_000, 600)])
def test_the_wait_is_anything_up_to_a_doubling_ceiling(failures: int, most: float) -> None:
    rng = random.Random(7)

    waits = [Backoff().wait(failures, rng) for _ in range(500)]

    assert 0 <= min(waits) < most * 0.1
    assert most * 0.9 < max(waits) <= most


@pytest.mark.parametrize(("spent", "most"), [(0, 2), (2, 4), (58, 60), (4_000, 600)])
def test_a_job_for_others_waits_about_as_long_again_as_it_has(spent: float, most: float) -> None:
    rng = random.Random(7)

    waits = [Backoff().aside(spent, rng) for _ in range(500)]

    assert most / 2 <= min(waits) < max(waits) <= most


def test_a_job_is_given_up_after_a_day_of_attempts() -> None:
    assert not Backoff().exhausted(86_399)
    assert Backoff().exhausted(86_400)
