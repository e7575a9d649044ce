"""The page about metrics is what the code says, and their names are what Prometheus wants."""

from dataclasses import fields
from pathlib import Path

import pytest

from service.metrics import Metrics as ReceiverMetrics
from tests.metrics_page import full_name, metrics, page
from workers.metrics import Metrics as WorkerMetrics
from workers.settings import WorkerSettings

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
ALL = [metric for registry in (ReceiverMetrics().registry, WorkerMetrics().registry) for metric in metrics(registry)]
IDS = {"id", "job", "job_id", "notification", "target", "conversation", "contact", "email", "tag", "request_id"}


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "docs/metrics.md is out of date: make docs"


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric._name)
def test_no_metric_has_an_id_of_anything_that_there_are_many_of(metric: object) -> None:
    assert IDS.isdisjoint(getattr(metric, "_labelnames", ()))
    assert len(getattr(metric, "_labelnames", ())) <= 4


def test_the_answers_of_the_receiver_have_an_edge_where_intercom_draws_it() -> None:
    (answers,) = (one for one in ALL if full_name(one) == "autotagger_webhook_answer_seconds")

    assert 0.5 in answers._upper_bounds  # type: ignore[attr-defined]


def test_a_tag_that_came_as_late_as_jobs_are_tried_still_has_its_bucket() -> None:
    (late,) = (one for one in ALL if full_name(one) == "autotagger_event_to_tag_seconds")
    (tried,) = (field.default for field in fields(WorkerSettings) if field.name == "retry_limit")

    assert late._upper_bounds[-2] >= tried  # type: ignore[attr-defined]
