"""Alerts, dashboard and the queries of KEDA, as they get into the cluster."""

import json
import re
from typing import get_args

import yaml

from state import keys
from tests.chart import measured
from tests.chart.reference import CHART
from tests.chart.rendering import render

FILE = yaml.safe_load((CHART / "files" / "alerts.yaml").read_text())


def test_every_alert_gets_there_whole(helm: str) -> None:
    groups = render(helm, "minimal", prometheusRule={"enabled": True}).one("PrometheusRule")["spec"]["groups"]

    assert groups == FILE["groups"]


def test_labels_and_runbooks_are_added_to_those_that_are_there(helm: str) -> None:
    rendered = render(helm, "production")

    rules = {
        rule["alert"]: rule for group in rendered.one("PrometheusRule")["spec"]["groups"] for rule in group["rules"]
    }
    for wanted in (rule for group in FILE["groups"] for rule in group["rules"]):
        rule = rules[wanted["alert"]]
        assert rule["labels"] == wanted["labels"] | {"team": "support"}
        page = re.sub(r"(?<!^)([A-Z])", r"-\1", wanted["alert"].removeprefix("Autotagger")).lower()
        assert rule["annotations"] == wanted["annotations"] | {
            "runbook_url": f"https://wiki.example.com/autotagger/{page}"
        }


def test_an_alert_can_be_left_out(helm: str) -> None:
    first = FILE["groups"][0]["rules"][0]["alert"]
    rendered = render(helm, prometheusRule={"enabled": True, "disabled": [first]})

    (group, *_) = rendered.one("PrometheusRule")["spec"]["groups"]
    assert [rule["alert"] for rule in group["rules"]] == [rule["alert"] for rule in FILE["groups"][0]["rules"][1:]]


def test_the_dashboard_gets_there_whole(helm: str) -> None:
    dashboard = render(helm, "production").one("ConfigMap", "-dashboard")

    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert json.loads(dashboard["data"]["autotagger.json"]) == json.loads((CHART / "files/dashboard.json").read_text())


def test_keda_asks_prometheus_for_what_receivers_tell(helm: str) -> None:
    rendered = render(helm, "production")

    triggers = [one["metadata"] for one in rendered.one("ScaledObject")["spec"]["triggers"]]
    service = rendered.one("Service", "-operations")["metadata"]["name"]
    assert [one["threshold"] for one in triggers] == ["200", "60"]
    for one in triggers:
        assert measured.asked(one["query"])
        assert measured.asked(one["query"]) <= measured.series()
        assert f'namespace="support",service="{service}"' in one["query"]


def test_keda_counts_the_queues_that_there_are(helm: str) -> None:
    rendered = render(helm, "keda-redis")

    spec = rendered.one("ScaledObject")["spec"]
    lanes = get_args(keys.Lane)
    assert {one["metadata"]["listName"] for one in spec["triggers"]} == {
        keys.queue(app_id, lane) for lane in lanes for app_id in ("abc12def", "xyz34uvw")
    }
    (authentication,) = {one["authenticationRef"]["name"] for one in spec["triggers"]}
    assert rendered.one("TriggerAuthentication")["metadata"]["name"] == authentication


def test_keda_gets_at_a_redis_with_authorities_of_its_own(helm: str) -> None:
    rendered = render(
        helm,
        redis={"tls": {"enabled": True, "caConfigMap": "corporate-ca"}},
        worker={"keda": {"enabled": True, "trigger": "redis"}},
    )

    assert rendered.one("TriggerAuthentication")["spec"] == {
        "configMapTargetRef": [{"parameter": "ca", "name": "corporate-ca", "key": "ca.crt"}]
    }
