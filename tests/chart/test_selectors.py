"""What selects pods selects the right ones, whatever the version of the chart, for ever."""

from collections.abc import Iterator, Mapping

import pytest

from tests.chart.rendering import VALUES, Object, Rendered, render

STABLE = {"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component"}


def selectors(rendered: Rendered) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Everything that selects pods of the release: what it is, and by which labels."""
    for one in rendered.objects:
        name, spec = f"{one['kind']} {one['metadata']['name']}", one.get("spec", {})
        match one["kind"]:
            case "Deployment" | "StatefulSet" | "PodDisruptionBudget" | "PodMonitor":
                yield name, spec["selector"]["matchLabels"]
            case "Service":
                yield name, spec["selector"]
            case "NetworkPolicy":
                yield name, spec["podSelector"]["matchLabels"]
                for peer in [peer for rule in spec.get("ingress", []) for peer in rule.get("from", [])]:
                    if "podSelector" in peer and "namespaceSelector" not in peer:
                        yield f"{name}, a peer", peer["podSelector"]["matchLabels"]
        for constraint in spec.get("template", {}).get("spec", {}).get("topologySpreadConstraints", []):
            yield f"{name}, spread", constraint["labelSelector"]["matchLabels"]


def selected(rendered: Rendered, labels: Mapping[str, str]) -> list[str]:
    return [name for name, pod in rendered.pods() if labels.items() <= pod["metadata"]["labels"].items()]


@pytest.mark.parametrize("name", VALUES)
def test_selectors_are_of_the_labels_that_never_change(helm: str, name: str) -> None:
    assert {what: set(labels) for what, labels in selectors(render(helm, name)) if set(labels) != STABLE} == {}


@pytest.mark.parametrize("name", VALUES)
def test_whatever_selects_pods_selects_those_of_one_kind(helm: str, name: str) -> None:
    rendered = render(helm, name)

    found = {what: selected(rendered, labels) for what, labels in selectors(rendered)}
    assert {what: pods for what, pods in found.items() if len(pods) != 1} == {}


def test_two_releases_leave_each_other_alone(helm: str) -> None:
    one, two = render(helm, "production", release="one"), render(helm, "production", release="two")

    assert {what: selected(two, labels) for what, labels in selectors(one) if selected(two, labels)} == {}
    names = [{(each["kind"], each["metadata"]["name"]) for each in rendered.objects} for rendered in (one, two)]
    assert names[0] & names[1] == set()


def test_services_send_to_ports_that_are_there(helm: str) -> None:
    rendered = render(helm)
    ports = {port["name"]: port["containerPort"] for port in rendered.container("receiver")["ports"]}

    for service in rendered.every("Service"):
        (port,) = service["spec"]["ports"]
        assert port["targetPort"] in ports
    # What may be open to the world shows the webhook and nothing else.
    (outside,) = rendered.one("Service", "-receiver")["spec"]["ports"]
    assert outside["targetPort"] == "webhook"


def monitored(rendered: Rendered) -> list[Object]:
    labels = rendered.one("ServiceMonitor")["spec"]["selector"]["matchLabels"]
    return [one for one in rendered.every("Service") if labels.items() <= one["metadata"]["labels"].items()]


def test_the_service_monitor_finds_the_operations_port_and_only_that(helm: str) -> None:
    rendered = render(helm, "production")

    (service,) = monitored(rendered)
    (endpoint,) = rendered.one("ServiceMonitor")["spec"]["endpoints"]
    assert [port["name"] for port in service["spec"]["ports"]] == [endpoint["port"]]


def test_the_pod_monitor_finds_a_port_of_the_workers(helm: str) -> None:
    rendered = render(helm, "production")

    (endpoint,) = rendered.one("PodMonitor")["spec"]["podMetricsEndpoints"]
    assert endpoint["port"] in {port["name"] for port in rendered.container("worker")["ports"]}


@pytest.mark.parametrize("kind", ["ServiceMonitor", "PodMonitor"])
def test_monitors_bear_the_labels_that_prometheus_looks_for(helm: str, kind: str) -> None:
    assert render(helm, "production").one(kind)["metadata"]["labels"]["release"] == "prometheus"
    assert render(helm, "minimal").every(kind) == ()


def test_a_label_of_one_kind_wins_over_that_of_every_object(helm: str) -> None:
    rendered = render(helm, "production", commonLabels={"release": "all", "team": "support"})

    labels = rendered.one("ServiceMonitor")["metadata"]["labels"]
    assert (labels["release"], labels["team"]) == ("prometheus", "support")
    assert rendered.one("Service", "-receiver")["metadata"]["labels"]["release"] == "all"


@pytest.mark.parametrize("release", ["true", "null", "1e3", "0x10"])
def test_labels_are_text_whatever_the_release_is_called(helm: str, release: str) -> None:
    rendered = render(helm, "production", release=release, nameOverride="12")

    for what, labels in selectors(rendered):
        assert {type(label) for label in labels.values()} == {str}, what
    assert rendered.one("Deployment", "-worker")["metadata"]["labels"]["app.kubernetes.io/instance"] == release


def test_a_release_with_dots_in_its_name_has_services(helm: str) -> None:
    rendered = render(helm, release="support.tagging")

    assert {one["metadata"]["name"].partition("-autotagger")[0] for one in rendered.objects} == {"support-tagging"}


@pytest.mark.parametrize("release", ["a", "r" * 53, "autotagger", "my-autotagger"])
def test_names_are_names_whatever_the_release_is_called(helm: str, release: str) -> None:
    rendered = render(helm, "workspaces", release=release)

    names = [(one["kind"], one["metadata"]["name"]) for one in rendered.objects]
    assert len(set(names)) == len(names)
    assert max(len(name) for _, name in names) <= 63
    volumes = [volume["name"] for _, pod in rendered.pods() for volume in pod["spec"]["volumes"]]
    assert max(map(len, volumes)) <= 63


def test_two_long_releases_have_names_of_their_own(helm: str) -> None:
    one, two = (render(helm, release=f"{'r' * 52}{end}") for end in "ab")

    names = [{(each["kind"], each["metadata"]["name"]) for each in rendered.objects} for rendered in (one, two)]
    assert names[0] & names[1] == set()


@pytest.mark.parametrize("name", VALUES)
def test_every_reference_within_the_release_is_to_something_there(helm: str, name: str) -> None:
    rendered = render(helm, name)
    ours = {one["metadata"]["name"] for one in rendered.objects}
    maps = {one["metadata"]["name"] for one in rendered.every("ConfigMap")}

    for _, pod in rendered.pods():
        for volume in pod["spec"]["volumes"]:
            reference = volume.get("configMap", {}).get("name", "")
            assert reference in maps or not reference.startswith(("tagger-", "tags")), reference
        assert pod["spec"]["serviceAccountName"] in ours | {"theirs"}
    for route in (*rendered.every("Ingress"), *rendered.every("HTTPRoute")):
        backends = [name for name in ours if f"'name': '{name}'" in str(route["spec"])]
        assert backends == [rendered.one("Service", "-receiver")["metadata"]["name"]]
