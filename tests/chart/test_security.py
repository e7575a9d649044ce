"""Pods may do what they must and nothing else, and secrets go to who needs them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import VALUES, Object, Rendered, render
from tests.chart.tools import program

ACCEPTED = {
    "KSV-0011": "no limit of CPU: it would only slow a pod down while its node has time to spare",
    "KSV-0020": "no user is named, so that any will do: OpenShift gives each namespace its own",
    "KSV-0021": "likewise of groups",
    "KSV-0109": "takes AUTOTAGGER_SECRETS_INTERVAL, a number of seconds, for a secret",
    "KSV-01010": "takes settings with PORT or LIMIT in their names for sensitive",
    "KSV-0125": "there is no list of trusted registries to hold the images against",
}
"""What trivy finds and is meant so, each with its reason."""


def containers(pod: Object) -> list[Object]:
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


@pytest.mark.parametrize("name", VALUES)
def test_pods_keep_to_the_restricted_standard(helm: str, name: str) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    for _, pod in render(helm, name).pods():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not spec.keys() & {"hostNetwork", "hostPID", "hostIPC"}
        kinds = {kind for volume in spec["volumes"] for kind in volume if kind != "name"}
        assert kinds <= {"configMap", "emptyDir", "projected", "secret", "persistentVolumeClaim"}
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


@pytest.mark.parametrize("name", VALUES)
def test_pods_have_no_access_to_kubernetes_and_no_variables_of_its_services(helm: str, name: str) -> None:
    rendered = render(helm, name)

    assert all(account["automountServiceAccountToken"] is False for account in rendered.every("ServiceAccount"))
    for _, pod in rendered.pods():
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False


def test_any_user_will_do(helm: str) -> None:
    """But for Valkey's image, which names none; on OpenShift that is taken back."""
    for name in ("minimal", "production", "openshift"):
        for _, pod in render(helm, name).pods():
            assert not pod["spec"]["securityContext"].keys() & {"runAsUser", "runAsGroup", "fsGroup"}
    (valkey,) = (pod for name, pod in render(helm, "trial").pods() if name.endswith("-valkey"))
    assert valkey["spec"]["securityContext"]["runAsUser"] == 999


# Secrets


def mounted(rendered: Rendered, pod: str) -> set[str]:
    """The files of secrets that a pod has."""
    (spec,) = (one["spec"] for name, one in rendered.pods() if name.endswith(pod))
    return {
        item["path"].rpartition("/")[2]
        for volume in spec["volumes"]
        for source in volume.get("projected", {}).get("sources", [volume])
        for item in source.get("secret", {}).get("items", [])
    }


@pytest.mark.parametrize("name", VALUES)
def test_each_pod_has_its_own_secrets_and_no_others(helm: str, name: str) -> None:
    rendered = render(helm, name)

    of_redis = {"password", "url", "ca.crt"}
    assert mounted(rendered, "-receiver") - of_redis == {"client-secrets"}
    assert mounted(rendered, "-worker") - of_redis == {"access-token"}
    assert mounted(rendered, "-test") == {"client-secrets"}


@pytest.mark.parametrize("name", VALUES)
def test_secrets_are_files_and_the_kubelet_renews_them(helm: str, name: str) -> None:
    for _, pod in render(helm, name).pods():
        for container in containers(pod):
            assert "secretKeyRef" not in json.dumps(container)
            assert "secretRef" not in json.dumps(container)
            assert not any("subPath" in mount for mount in container["volumeMounts"])


@pytest.mark.parametrize(
    "secret", ["new-client-secret", "old-client-secret", "an-access-token", 'p@ss: "word"', "p%40ss"]
)
def test_a_secret_in_the_values_is_in_the_secret_and_nowhere_else(helm: str, secret: str) -> None:
    others = [one for one in render(helm, "trial").objects if one["kind"] != "Secret"]

    assert secret not in yaml.safe_dump(others, allow_unicode=True)
    assert json.dumps(secret)[1:-1] not in json.dumps(others)


@pytest.mark.parametrize("name", [name for name in VALUES if name not in ("trial", "workspaces")])
def test_no_secret_is_made_up(helm: str, name: str) -> None:
    assert render(helm, name).every("Secret") == ()


def test_a_secret_of_the_charts_and_one_of_theirs_that_is_called_as_the_release_can_both_be_there(helm: str) -> None:
    """The documentation has people call theirs `autotagger`; Helm refuses to install over what is there."""
    rendered = render(helm, release="autotagger", redis={"password": "p"})

    theirs = rendered.one("Deployment", "-receiver")["spec"]["template"]["spec"]["volumes"]
    (secrets,) = (volume["projected"]["sources"] for volume in theirs if volume["name"] == "secrets")
    assert [source["secret"]["name"] for source in secrets] == [
        "autotagger",
        rendered.one("Secret")["metadata"]["name"],
    ]
    assert rendered.one("Secret")["metadata"]["name"] == "autotagger-secrets"


# trivy


@pytest.mark.parametrize("name", VALUES)
def test_trivy_finds_nothing_that_is_not_meant_so(either_helm: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "objects.yaml").write_text(yaml.safe_dump_all(in_namespace(render(either_helm, name))))

    said = subprocess.run(
        [program("trivy"), "config", "--skip-check-update", "--quiet", "--format", "json", tmp_path],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    (result,) = json.loads(said)["Results"]
    assert result["MisconfSummary"]["Successes"] > 50, "trivy has looked at hardly anything"
    found = {one["ID"]: one["Message"] for one in result.get("Misconfigurations", [])}
    assert {what: message for what, message in found.items() if what not in ACCEPTED} == {}


def in_namespace(rendered: Rendered) -> list[dict[str, Any]]:
    """As they are when they are in the cluster: Helm puts them into the release's namespace."""
    return [one | {"metadata": {**one["metadata"], "namespace": "support"}} for one in rendered.objects]
