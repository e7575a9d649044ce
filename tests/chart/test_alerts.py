"""Alerts are Prometheus' own rules, tried out by its own program, and ask for metrics that there are."""

import inspect
import re
from typing import Any

import pytest
import yaml

from service import webhook
from tests.chart import measured
from tests.chart.promtool import promtool
from tests.chart.reference import CHART

ALERTS, TRIALS = CHART / "files" / "alerts.yaml", CHART / "files" / "alerts_test.yaml"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
]


def test_prometheus_can_read_them() -> None:
    assert f"{len(RULES)} rules found" in promtool("check", "rules", ALERTS)


def test_they_fire_when_they_are_to() -> None:
    assert "SUCCESS" in promtool("test", "rules", TRIALS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_is_tried_asks_for_what_there_is_and_says_how_bad_it_is(rule: dict[str, Any]) -> None:
    trials = yaml.safe_load(TRIALS.read_text())["tests"]
    fired = {one["alertname"] for trial in trials for one in trial["alert_rule_test"] if one.get("exp_alerts")}

    assert rule["alert"] in fired
    assert measured.asked(rule["expr"])
    assert measured.asked(rule["expr"]) - measured.series() == set()
    assert rule["alert"].startswith("Autotagger")
    assert rule["labels"]["severity"] in ("info", "warning", "critical")
    assert rule["annotations"]["summary"]


def test_the_outcomes_that_they_ask_for_are_some_that_receivers_tell() -> None:
    asked = {
        one for rule in RULES for found in re.findall(r'outcome=~?"([^"]+)"', rule["expr"]) for one in found.split("|")
    }

    assert len(asked) > 1
    assert asked <= set(re.findall(r'"([a-z ]+)"', inspect.getsource(webhook)))
