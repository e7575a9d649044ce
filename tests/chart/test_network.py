"""Only the webhook's path is reached from outside, and pods reach only what they need."""

from typing import Any

from service.app import PATH
from tests.chart.rendering import Rendered, render


def test_an_ingress_leads_the_webhook_in_and_nothing_else(helm: str) -> None:
    rendered = render(helm, "production")

    (rule,) = rendered.one("Ingress")["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert (rule["host"], path["path"], path["pathType"]) == ("hooks.example.com", PATH, "Exact")
    assert path["backend"]["service"] == {"name": "tagger-autotagger-receiver", "port": {"name": "webhook"}}


def test_so_does_a_route_of_the_gateway_api(helm: str) -> None:
    rendered = render(helm, "gateway")

    spec = rendered.one("HTTPRoute")["spec"]
    (rule,) = spec["rules"]
    (match,) = rule["matches"]
    (backend,) = rule["backendRefs"]
    service = rendered.one("Service", "-receiver")
    assert match == {"path": {"type": "Exact", "value": PATH}}
    assert backend == {"name": service["metadata"]["name"], "port": service["spec"]["ports"][0]["port"]}
    assert spec["hostnames"] == ["hooks.example.com"]


def test_nothing_leads_in_unless_a_host_is_named(helm: str) -> None:
    rendered = render(helm, "trial")

    assert rendered.every("Ingress") == rendered.every("HTTPRoute") == ()


# NetworkPolicies


def policy(rendered: Rendered, component: str) -> dict[str, Any]:
    return dict(rendered.one("NetworkPolicy", f"-{component}")["spec"])


def ports(rules: list[dict[str, Any]]) -> set[int | str]:
    return {port["port"] for rule in rules for port in rule["ports"]}


def test_there_are_none_unless_wanted(helm: str) -> None:
    assert render(helm, "minimal").every("NetworkPolicy") == ()


def test_receivers_reach_redis_and_names_and_workers_https_too(helm: str) -> None:
    rendered = render(helm, "production")

    redis = {6379, 26380, 26379}
    # OpenShift's DNS listens at 5353 behind its Service, and what is behind it is what policies see.
    names = {53, 5353}
    assert ports(policy(rendered, "receiver")["egress"]) == {*names, *redis}
    assert ports(policy(rendered, "worker")["egress"]) == {*names, *redis, 443}
    for component in ("receiver", "worker", "test"):
        asked = [port for rule in policy(rendered, component)["egress"] for port in rule["ports"]]
        assert {port["protocol"] for port in asked if port["port"] == 53} == {"UDP", "TCP"}
    (https,) = (rule for rule in policy(rendered, "worker")["egress"] if ports([rule]) == {443})
    assert "169.254.0.0/16" in https["to"][0]["ipBlock"]["except"], "where clouds tell a machine's secrets"


def test_workers_reach_intercom_where_a_workspace_has_it_at_another_port(helm: str) -> None:
    url = "https://intercom.example.com:8443/"
    spaces = {"abc12def": {"url": url}, "xyz34uvw": {"adminId": 1, "existingSecret": "a"}}

    rendered = render(helm, workspaces=spaces, networkPolicy={"enabled": True})

    (https,) = (rule for rule in policy(rendered, "worker")["egress"] if 443 in ports([rule]))
    assert ports([https]) == {443, 8443}


def test_helm_test_reaches_receivers_where_nothing_is_let_out_unasked(helm: str) -> None:
    rendered = render(helm, "production")
    (test,) = (pod for name, pod in rendered.pods() if name.endswith("-test"))

    spec = policy(rendered, "test")
    _, webhooks = spec["egress"]
    assert spec["podSelector"]["matchLabels"].items() <= test["metadata"]["labels"].items()
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert webhooks["ports"] == [{"port": "webhook", "protocol": "TCP"}]
    receivers = rendered.one("Deployment", "-receiver")["spec"]["selector"]
    assert webhooks["to"] == [{"podSelector": receivers}]


def test_webhooks_come_from_the_ingress_and_from_helm_test(helm: str) -> None:
    (webhooks, metrics) = policy(render(helm, "production"), "receiver")["ingress"]

    assert ports([webhooks]) == {"webhook"}
    assert webhooks["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "ingress-nginx"}
    assert webhooks["from"][1]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "test"
    assert ports([metrics]) == {"operations"}
    assert metrics["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]


def test_anybody_may_send_webhooks_where_nobody_is_named(helm: str) -> None:
    (webhooks, metrics) = policy(render(helm, "gateway"), "receiver")["ingress"]

    assert "from" not in webhooks
    assert metrics["from"] == [{"namespaceSelector": {}}]


def test_the_port_of_redis_is_told_where_its_url_hides_it(helm: str) -> None:
    assert 6380 in ports(policy(render(helm, "gateway"), "receiver")["egress"])


def test_only_our_pods_and_keda_reach_valkey(helm: str) -> None:
    (rule,) = policy(render(helm, "keda-redis"), "valkey")["ingress"]

    labels = [peer["podSelector"]["matchLabels"] for peer in rule["from"]]
    assert [one.get("app.kubernetes.io/component") for one in labels] == ["receiver", "worker", None]
    assert labels[2] == {"app.kubernetes.io/name": "keda-operator"}
