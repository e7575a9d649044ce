"""What happens all the time is said seldom."""

import logging

import pytest

from service.seldom import Seldom


def test_the_first_is_said_at_once_and_the_others_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    seldom = Seldom(logging.getLogger("test"), "it rains")

    for drop in range(5):
        seldom.say(f"drop {drop}")

    assert [record.getMessage() for record in caplog.records] == ["it rains: drop 0"]


def test_after_a_while_it_is_said_again_with_how_often_it_happened(caplog: pytest.LogCaptureFixture) -> None:
    seldom = Seldom(logging.getLogger("test"), "it rains", every=0)

    for drop in range(2):
        seldom.say(f"drop {drop}")

    assert [record.getMessage() for record in caplog.records] == [
        "it rains: drop 0",
        "it rains: drop 1 (1 since the last such line)",
    ]
