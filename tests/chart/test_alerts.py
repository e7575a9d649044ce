"""Alerts are Prometheus' own rules, tried out by its own program, and ask for metrics that there are."""

import inspect
import json
import re
from typing import Any

import pytest
import yaml

from service import webhook
from tests.chart import measured
from tests.chart.promtool import promtool
from tests.chart.reference import CHART

ALERTS, TRIALS, DASHBOARD = (CHART / "files" / name for name in ("alerts.yaml", "alerts_test.yaml", "dashboard.json"))
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


# The dashboard


def queries(part: Any) -> list[str]:
    """Every query in it, wherever it stands."""
    if isinstance(part, list):
        return [query for one in part for query in queries(one)]
    if not isinstance(part, dict):
        return []
    here = [part[key] for key in ("expr", "query") if isinstance(part.get(key), str)]
    return here + [query for one in part.values() for query in queries(one)]


def test_the_dashboard_asks_for_what_there_is() -> None:
    found = queries(json.loads(DASHBOARD.read_text()))

    names = {name for query in found for name in measured.asked(query)}
    assert len(names) > 2
    assert names - measured.series() == set()
