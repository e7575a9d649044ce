"""What cannot be is refused, with what to do about it in one line."""

from typing import Any

import pytest

from tests.chart.rendering import Refused, render

REDIS = {"host": "redis.example.com"}


def workspace(**keys: Any) -> dict[str, Any]:
    """The only workspace, with what it needs, less what is None."""
    whole = {"adminId": 1, "existingSecret": "autotagger", **keys}
    return {"workspaces": {"abc12def": {key: value for key, value in whole.items() if value is not None}}}


def refusal(helm: str, changes: dict[str, Any]) -> str:
    """What Helm says to values that would be fine without `changes`."""
    good = {"redis": REDIS, **workspace()}
    with pytest.raises(Refused) as refused:
        render(helm, None, **{key: merged(good.get(key), value) for key, value in (good | changes).items()})
    return str(refused.value)


def merged(good: Any, change: Any) -> Any:
    return good | change if good is REDIS else change


IMPOSSIBLE: dict[str, tuple[dict[str, Any], str]] = {
    "no workspace": ({"workspaces": {}}, "no workspace is named: set workspaces.APP_ID.adminId"),
    "an empty workspace": (
        {"workspaces": {"abc12def": {}}},
        "set workspaces.abc12def.adminId and workspaces.abc12def.existingSecret",
    ),
    "no admin": (workspace(adminId=None), "workspaces.abc12def has no teammate in whose name tags are set"),
    "no secrets": (
        workspace(existingSecret=None),
        "workspaces.abc12def lacks its secrets: set workspaces.abc12def.existingSecret to a Secret with the keys",
    ),
    "half the secrets": (workspace(existingSecret=None, accessToken="a"), "workspaces.abc12def lacks its secrets"),
    "secrets twice": (workspace(accessToken="a"), "workspaces.abc12def has its secrets twice"),
    "a key of no Secret": (
        workspace(existingSecret=None, accessToken="a", clientSecrets=["c"], accessTokenKey="k"),
        "workspaces.abc12def names keys of no Secret: set workspaces.abc12def.existingSecret",
    ),
    "region and url": (
        workspace(region="eu", url="https://intercom.example.com"),
        "set workspaces.abc12def.region, or workspaces.abc12def.url",
    ),
    "the label that selects receivers": (
        {"receiver": {"podLabels": {"app.kubernetes.io/component": "a"}}},
        "receiver.podLabels has app.kubernetes.io/component, by which pods are selected: leave it out",
    ),
    "the label that selects workers": (
        {"worker": {"podLabels": {"app.kubernetes.io/name": "a"}}},
        "worker.podLabels has app.kubernetes.io/name, by which pods are selected: leave it out",
    ),
    "a label of every object that is the chart's": (
        {"commonLabels": {"helm.sh/chart": "a"}},
        "commonLabels has helm.sh/chart, which the chart sets: leave it out",
    ),
    "a label of a monitor that is the chart's": (
        {"podMonitor": {"labels": {"app.kubernetes.io/instance": "a"}}},
        "podMonitor.labels has app.kubernetes.io/instance, which the chart sets: leave it out",
    ),
    "a url for a host": ({"ingress": {"host": "https://hooks.example.com"}}, "without https://, port and path"),
    "a host with a path": (
        {"httpRoute": {"parentRefs": [{"name": "g"}], "hostnames": ["hooks.example.com/webhooks"]}},
        "without https://, port and path",
    ),
    "redis with its port": ({"redis": {"host": "redis:6379"}}, "set redis.host, redis.port and redis.tls.enabled"),
    "redis as a url": ({"redis": {"host": "rediss://redis.example.com"}}, "or redis.urlKey to a whole URL"),
    "a sentinel without a number": (
        {"redis": {"host": "", "sentinel": {"nodes": ["sentinel-0:26379", "sentinel-1:port"]}}},
        'redis.sentinel.nodes has "sentinel-1:port": set host:port',
    ),
    "an image with its tag": (
        {"image": {"repository": "registry.example.com:5000/autotagger:0.1.0"}},
        "set image.tag or image.digest beside it",
    ),
    "an alert that is none": ({"prometheusRule": {"disabled": ["AutotaggerSilent"]}}, "AutotaggerSilentSource"),
    "no redis": ({"redis": {"host": ""}}, "there is no Redis: set redis.host"),
    "redis and valkey": ({"valkey": {"enabled": True}}, "set only one of redis.host, valkey.enabled"),
    "redis and sentinels": ({"redis": {"sentinel": {"nodes": ["a"]}}}, "only one of redis.host, redis.sentinel.nodes"),
    "redis and url": ({"redis": {"urlKey": "url", "existingSecret": "r"}}, "only one of redis.host, redis.urlKey"),
    "a url of no Secret": ({"redis": {"host": "", "urlKey": "url"}}, "set redis.existingSecret"),
    "passwords": ({"redis": {"password": "p", "existingSecret": "r"}}, "set redis.password, or redis.existingSecret"),
    "a user beside a url": (
        {"redis": {"host": "", "urlKey": "url", "existingSecret": "r", "user": "u"}},
        "put the user into the URL",
    ),
    "tls beside a url": (
        {"redis": {"host": "", "urlKey": "url", "existingSecret": "r", "tls": {"enabled": True}}},
        "let the URL begin with rediss://",
    ),
    "a user without a password": ({"redis": {"user": "u"}}, "set redis.existingSecret"),
    "authorities twice": (
        {"redis": {"tls": {"enabled": True, "caSecret": "a", "caConfigMap": "b"}}},
        "set redis.tls.caSecret, or redis.tls.caConfigMap",
    ),
    "authorities without tls": ({"redis": {"tls": {"caSecret": "a"}}}, "set redis.tls.enabled=true"),
    "valkey with tls": (
        {"redis": {"host": "", "tls": {"enabled": True}}, "valkey": {"enabled": True}},
        "leave redis.tls, redis.user and redis.port alone",
    ),
    "rules without tags": (
        {"rules": {"files": {"a.yaml": "version: 1\nrules: []  # no tags: at all\n"}}},
        "rules.files has no file with tags, and no rule set is whole without: put yours in as well",
    ),
    "rules from two places": (
        {"rules": {"files": {"a.yaml": "version: 1\ntags: {}"}, "existingConfigMap": "c"}},
        "set only one of rules.files, rules.existingConfigMap",
    ),
    "a workspace's rules from two places": (
        workspace(rules={"imagePath": "/a", "existingConfigMap": "c"}),
        "set only one of workspaces.abc12def.rules.existingConfigMap, workspaces.abc12def.rules.imagePath",
    ),
    "more rules than a ConfigMap holds": (
        {"rules": {"files": {"a.yaml": "tags:\n" + "#" * 600_000, "b.yaml": "#" * 600_000}}},
        "set rules.imagePath",
    ),
    "a route without hosts": ({"httpRoute": {"parentRefs": [{"name": "g"}]}}, "set httpRoute.hostnames"),
    "a route without a gateway": ({"httpRoute": {"hostnames": ["h.example.com"]}}, "set httpRoute.parentRefs"),
    "a certificate for no host": ({"ingress": {"host": "", "tlsSecret": "t"}}, "set ingress.host"),
    "fewest over most receivers": (
        {"receiver": {"autoscaling": {"enabled": True, "minReplicas": 7}}},
        "set maxReplicas to minReplicas or more",
    ),
    "scaling by no cpu": (
        {"receiver": {"autoscaling": {"enabled": True}, "resources": {"requests": {"cpu": None}}}},
        "set receiver.resources.requests.cpu",
    ),
    "scaling by no resources": (
        {"receiver": {"autoscaling": {"enabled": True}, "resources": None}},
        "set receiver.resources.requests.cpu",
    ),
    "fewest over most workers": (
        {"worker": {"keda": {"enabled": True, "trigger": "redis", "minReplicas": 7}}},
        "set maxReplicas to minReplicas or more",
    ),
    "keda without prometheus": (
        {"worker": {"keda": {"enabled": True}}},
        "set worker.keda.prometheus.serverAddress, or worker.keda.trigger=redis",
    ),
    "keda with a url": (
        {
            "redis": {"host": "", "urlKey": "url", "existingSecret": "r"},
            "worker": {"keda": {"enabled": True, "trigger": "redis"}},
        },
        "set redis.host and redis.passwordKey in place of redis.urlKey",
    ),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_it_is_refused_with_its_remedy(helm: str, what: str) -> None:
    changes, remedy = IMPOSSIBLE[what]

    # A reason and what to do, on one line.
    (line,) = (line for line in refusal(helm, changes).splitlines() if remedy in line)
    assert ": set " in line or ": put " in line or ": let " in line or ": leave " in line or ", or set " in line


TYPOS: dict[str, tuple[dict[str, Any], str]] = {
    "a key": ({"recevier": {"replicas": 3}}, "recevier"),
    "a key further in": ({"redis": {"tls": {"enable": True}}}, "enable"),
    "a key of a workspace": (workspace(adminID=3), "adminID"),
    "a setting": ({"settings": {"concurency": 3}}, "concurency"),
    "an app_id": ({"workspaces": {"abc.12": {"adminId": 1, "existingSecret": "autotagger"}}}, "abc.12"),
    "a type": ({"receiver": {"replicas": "two"}}, "replicas"),
    "a choice": (workspace(region="uk"), "region"),
    "a digest": ({"image": {"digest": "sha256:abc"}}, "digest"),
    "rules as yaml": ({"rules": {"files": {"a.yaml": {"version": 1}}}}, "a.yaml"),
    "a file that is no rule file": ({"rules": {"files": {"a.txt": "version: 1"}}}, "a.txt"),
    "http": (workspace(url="http://intercom.example.com"), "url"),
    "no workers at all": ({"worker": {"keda": {"enabled": True, "minReplicas": 0}}}, "minReplicas"),
}


@pytest.mark.parametrize("what", TYPOS)
def test_a_typo_is_refused_and_named(helm: str, what: str) -> None:
    changes, name = TYPOS[what]

    said = refusal(helm, changes)

    assert "schema" in said
    assert name in said


@pytest.mark.parametrize(
    "changes",
    [
        {"redis": {"host": "fd00::7"}},
        {"redis": {"host": "", "sentinel": {"nodes": ["sentinel-0", "10.0.0.7:26379"]}}},
        {"image": {"repository": "registry.example.com:5000/tools/autotagger"}},
        {"prometheusRule": {"enabled": True, "disabled": ["AutotaggerSilentSource"]}},
    ],
    ids=["an IPv6 address", "sentinels", "a registry's port", "an alert"],
)
def test_what_only_looks_odd_is_taken(helm: str, changes: dict[str, Any]) -> None:
    assert render(helm, None, **{"redis": REDIS, **workspace(), **changes}).objects
