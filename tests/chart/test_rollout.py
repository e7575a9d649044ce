"""Pods come and go without losing or refusing anything."""

from typing import Any

import pytest

from tests.chart.rendering import Rendered, render


def pod(rendered: Rendered, component: str) -> dict[str, Any]:
    return dict(rendered.one("Deployment", component)["spec"]["template"]["spec"])


def variable(rendered: Rendered, component: str, name: str) -> str:
    (value,) = (one["value"] for one in rendered.container(component)["env"] if one["name"] == name)
    return str(value)


@pytest.mark.parametrize(("pre_stop", "wait"), [(10, 20), (0, 1), (30, 60)])
def test_a_receiver_has_time_to_be_forgotten_and_to_finish(helm: str, pre_stop: int, wait: int) -> None:
    rendered = render(helm, receiver={"shutdown": {"preStop": pre_stop, "wait": wait}})

    container = rendered.container("receiver")
    sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    assert sleep == pre_stop
    assert variable(rendered, "receiver", "AUTOTAGGER_COMPLETION_WAIT") == str(wait)
    assert pod(rendered, "receiver")["terminationGracePeriodSeconds"] == pre_stop + wait + 5


def test_the_usual_times_are_those_of_the_design(helm: str) -> None:
    rendered = render(helm)

    assert pod(rendered, "receiver")["terminationGracePeriodSeconds"] == 10 + 20 + 5
    assert variable(rendered, "worker", "AUTOTAGGER_COMPLETION_WAIT") == "25"
    assert pod(rendered, "worker")["terminationGracePeriodSeconds"] == 40


@pytest.mark.parametrize("component", ["receiver", "worker"])
def test_a_new_pod_works_before_an_old_one_goes(helm: str, component: str) -> None:
    assert render(helm).one("Deployment", component)["spec"]["strategy"] == {
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}
    }


@pytest.mark.parametrize("component", ["receiver", "worker"])
def test_probes_ask_the_operations_port(helm: str, component: str) -> None:
    container = render(helm).container(component)

    asked = {name: container[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    assert {container[name]["httpGet"]["port"] for name in asked} == {"operations"}
    assert {"name": "operations", "containerPort": 9090} in container["ports"]


# How many


def test_the_number_of_pods_is_left_to_who_scales_them(helm: str) -> None:
    fixed, scaled = render(helm), render(helm, "production")

    assert [fixed.one("Deployment", one)["spec"]["replicas"] for one in ("receiver", "worker")] == [2, 2]
    assert [scaled.one("Deployment", one)["spec"].get("replicas") for one in ("receiver", "worker")] == [None, None]


@pytest.mark.parametrize("component", ["receiver", "worker"])
def test_null_leaves_it_to_a_scaler_of_theirs(helm: str, component: str) -> None:
    changes: dict[str, Any] = {component: {"replicas": None}}
    rendered = render(helm, **changes)

    assert "replicas" not in rendered.one("Deployment", component)["spec"]
    assert rendered.one("PodDisruptionBudget", component)


def test_the_scalers_scale_what_is_there(helm: str) -> None:
    rendered = render(helm, "production")

    for kind, component in (("HorizontalPodAutoscaler", "receiver"), ("ScaledObject", "worker")):
        target = rendered.one(kind)["spec"]["scaleTargetRef"]["name"]
        assert target == rendered.one("Deployment", component)["metadata"]["name"]


@pytest.mark.parametrize(
    ("changes", "budgets"),
    [
        ({}, {"receiver", "worker"}),
        ({"receiver": {"replicas": 1}}, {"worker"}),
        ({"receiver": {"replicas": 1}, "worker": {"replicas": 1}}, set()),
        ({"worker": {"pdb": {"enabled": False}}}, {"receiver"}),
        ({"receiver": {"replicas": 1, "autoscaling": {"enabled": True}}}, {"receiver", "worker"}),
        ({"worker": {"keda": {"enabled": True, "trigger": "redis"}}}, {"receiver"}),
    ],
    ids=["both", "one receiver", "one of each", "switched off", "scaled from two on", "scaled from one on"],
)
def test_a_budget_is_only_there_where_it_leaves_a_pod(helm: str, changes: dict[str, Any], budgets: set[str]) -> None:
    found = render(helm, **changes).every("PodDisruptionBudget")

    assert {one["metadata"]["name"].rpartition("-")[2] for one in found} == budgets
    for one in found:
        assert one["spec"]["maxUnavailable"] == 1
        assert one["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


@pytest.mark.parametrize("component", ["receiver", "worker"])
def test_pods_are_spread_softly_over_zones_and_hosts(helm: str, component: str) -> None:
    constraints = pod(render(helm), component)["topologySpreadConstraints"]

    assert [one["topologyKey"] for one in constraints] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    assert {one["whenUnsatisfiable"] for one in constraints} == {"ScheduleAnyway"}


# What restarts them


def templates(rendered: Rendered) -> dict[str, Any]:
    """Of all pods but that of `helm test`, which is there only for a moment."""
    return {name: pod for name, pod in rendered.pods() if not name.endswith("-test")}


def test_a_changed_rule_restarts_nothing(helm: str) -> None:
    before = render(helm, "trial")
    after = render(helm, "trial", rules={"files": {"billing.yaml": "version: 1\nrules: []\n"}})

    assert before.one("ConfigMap", "-rules") != after.one("ConfigMap", "-rules")
    assert templates(before) == templates(after)


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": {"concurrency": 7}},
        {"workspaces": {"xyz34uvw": {"adminId": 7, "existingSecret": "a"}}},
        {"redis": {"database": 7}},
    ],
    ids=["a setting", "a workspace more", "redis"],
)
def test_a_changed_setting_restarts_receivers_and_workers(helm: str, changes: dict[str, Any]) -> None:
    before, after = templates(render(helm)), templates(render(helm, **changes))

    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"tagger-autotagger-receiver", "tagger-autotagger-worker"}


def test_what_receivers_do_not_read_restarts_no_receiver(helm: str) -> None:
    before = templates(render(helm))
    after = templates(render(helm, workspaces={"abc12def": {"adminId": 7}}))

    assert {name for name in before if before[name] != after[name]} == {"tagger-autotagger-worker"}


def test_a_changed_secret_restarts_nothing(helm: str) -> None:
    before = render(helm, "trial")
    after = render(helm, "trial", workspaces={"abc12def": {"clientSecrets": ["another"]}})

    assert before.one("Secret") != after.one("Secret")
    assert templates(before) == templates(after)
