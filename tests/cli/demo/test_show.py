"""What a demo shows on a terminal and off it."""

import io

from rich.console import Console

from cli.demo.report import Report, Round
from cli.demo.show import Live, summary
from state.feed import Entry, Step

STEPS = (
    Step("conversation", "billing/refund", "add", ("refund-request",), "made", 0.0123),
    Step("conversation", "vip", "add", ("is-vip",), "already so"),
    Step("conversation", "triage/unsorted", "remove", ("sorted",), "shadow"),
)
ENTRY = Entry("q4mx81zt", "1", "conversation.user.created", "conversation:7", "hash", 1.0, 2.0, STEPS)
RUN = {
    "sendings": 2,
    "deliveries": [{"answered_in": 0.01}, {"answered_in": 0.03}],
    "outcomes": {"acked": 2},
    "done": True,
    "differences": [],
}


def test_a_terminal_shows_how_far_it_is_and_what_was_tagged_by_which_rule() -> None:
    screen = io.StringIO()
    with Live(Console(file=screen, force_terminal=True, width=140)) as live:
        live.entry(ENTRY)
        live.progress(Round().with_entries((ENTRY,)).with_deliveries(RUN))

    shown = screen.getvalue()
    for words in ("2 sent", "2 acked", "1 tags changed", "+ billing/refund", "refund-request", "12 ms", "(shadow)"):
        assert words in shown
    assert "is-vip" not in shown


def test_a_round_without_differences_is_complete() -> None:
    report = Report(seed=7).plus(Round().with_entries((ENTRY,)).with_deliveries(RUN))

    assert report.complete
    assert (report.sent, report.acked, report.tagged, report.lost) == (2, 2, 1, 0)
    assert report.by_rule == {"refund-request": 1}
    assert report.answer_ms.p50 == 20.0
    assert summary(report)[0] == "every tag is where it should be"


def test_what_is_missing_is_told_and_is_not_complete() -> None:
    wrong = {"object": "ticket:9", "missing": ["vip"], "unwanted": ["x", "y"]}

    report = Report(seed=7).plus(Round().with_deliveries(RUN | {"differences": [wrong]}))

    assert not report.complete
    assert (report.lost, report.unwanted) == (1, 2)
    assert "  ticket:9: missing vip; unwanted x, y" in summary(report)


def test_a_notification_that_nobody_acknowledged_is_not_complete() -> None:
    report = Report(seed=7).plus(Round().with_deliveries(RUN | {"outcomes": {"acked": 1, "failed": 1}}))

    assert not report.complete


def test_a_dead_letter_is_not_complete() -> None:
    assert not Report(seed=7).plus(Round().with_deliveries(RUN).with_dead(1)).complete
