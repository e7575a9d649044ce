"""Alerts, dashboard and the queries of KEDA, as they get into the cluster."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import yaml

from state import keys
from tests.chart import measured
from tests.chart.promtool import promtool
from tests.chart.reference import CHART, VALUES
from tests.chart.rendering import Rendered, render
from tests.chart.runbook import page

ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((CHART / "files" / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]


def rules(rendered: Rendered) -> dict[str, dict[str, Any]]:
    """The alerts that came out, by name."""
    groups = rendered.one("PrometheusRule")["spec"]["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def test_every_alert_gets_there_whole(helm: str) -> None:
    found = rules(render(helm, "minimal", prometheusRule={"enabled": True, "runbook": ""}))

    assert list(found) == [rule["alert"] for rule in ALERTS]
    for wanted in ALERTS:
        expression = found[wanted["alert"]].pop("expr")
        assert found[wanted["alert"]] == {key: value for key, value in wanted.items() if key != "expr"}
        anywhere = expression.replace('{namespace="support"}', "").replace('{namespace="support",', "{")
        assert anywhere == wanted["expr"]


def test_alerts_are_about_the_namespace_of_the_release_only(helm: str) -> None:
    for rule in rules(render(helm, prometheusRule={"enabled": True})).values():
        asked = re.findall(r"\bautotagger_\w+", rule["expr"])
        assert asked
        assert len(re.findall(r'\bautotagger_\w+{namespace="support"[,}]', rule["expr"])) == len(asked)


def test_alerts_of_other_thresholds_are_as_good_to_prometheus(helm: str, tmp_path: Path) -> None:
    wanted = {"silentSeconds": 7200, "oldestSeconds": 60, "errors": 1_000_000, "redisMemoryRatio": 0.5}

    rendered = render(helm, prometheusRule={"enabled": True, "thresholds": wanted})

    found = [one for rule in rules(rendered).values() for one in re.findall(r"([\d.]+) # (\w+)", rule["expr"])]
    assert {name: float(value) for value, name in found} == wanted
    written = tmp_path / "alerts.yaml"
    written.write_text(yaml.safe_dump(rendered.one("PrometheusRule")["spec"]))
    promtool("check", "rules", written)


def test_the_thresholds_of_the_file_are_those_of_the_values() -> None:
    found = [one for rule in ALERTS for one in re.findall(r"([\d.]+) # (\w+)", rule["expr"])]

    defaults = yaml.safe_load(VALUES.read_text())["prometheusRule"]["thresholds"]
    assert {name: float(value) for value, name in found} == defaults


def test_silence_is_nothing_to_tell_where_nobody_says_how_long(helm: str) -> None:
    found = rules(render(helm, prometheusRule={"enabled": True, "thresholds": {"silentSeconds": 0}}))

    assert {rule["alert"] for rule in ALERTS} - set(found) == {"AutotaggerSilentSource"}


def test_labels_and_runbooks_are_added_to_those_that_are_there(helm: str) -> None:
    found = rules(render(helm, "production"))

    for wanted in ALERTS:
        rule = found[wanted["alert"]]
        assert rule["labels"] == wanted["labels"] | {"team": "support"}
        assert rule["annotations"] == wanted["annotations"] | {
            "runbook_url": f"https://wiki.example.com/autotagger/{page(wanted['alert'])}"
        }


def test_unless_told_the_runbook_is_the_one_of_the_repository(helm: str) -> None:
    for name, rule in rules(render(helm, prometheusRule={"enabled": True})).items():
        assert rule["annotations"]["runbook_url"] == f"docs/runbook/{page(name)}"


def test_an_alert_can_be_left_out(helm: str) -> None:
    first, *others = (rule["alert"] for rule in ALERTS)

    found = rules(render(helm, prometheusRule={"enabled": True, "disabled": [first]}))

    assert list(found) == others


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
