"""Clusters from 1.30 to the newest take what is rendered, unknown fields refused."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.chart.rendering import CHART, PLACE, VALUES, Object, render
from tests.chart.tools import node_modules, program

VERSIONS = ("1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37")
CUSTOM = ("gateway.networking.k8s.io/", "keda.sh/", "monitoring.coreos.com/")
SCHEMAS = Path(__file__).parent / "custom_resources.mjs"


def everything(helm: str) -> list[Object]:
    """All that is rendered of all values files, the same things once."""
    found = {json.dumps(one): one for name in VALUES for one in render(helm, name).objects}
    return list(found.values())


def built_in(helm: str) -> list[Object]:
    return [one for one in everything(helm) if not one["apiVersion"].startswith(CUSTOM)]


def complaints(version: str, objects: list[Object], folder: Path) -> str:
    (folder / "objects.yaml").write_text(yaml.safe_dump_all(objects))
    validate = [str(program("kubernetes-validate")), "--strict", "--quiet", "-k", version]
    said = subprocess.run([*validate, folder / "objects.yaml"], capture_output=True, text=True, check=False)
    assert said.returncode == (1 if said.stdout + said.stderr else 0)
    return said.stdout + said.stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_knows_every_field(either_helm: str, version: str, tmp_path: Path) -> None:
    assert complaints(version, built_in(either_helm), tmp_path) == ""


def test_kubernetes_complains_of_an_unknown_field(tmp_path: Path) -> None:
    object_ = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}, "automount": False}

    assert "automount" in complaints(VERSIONS[0], [object_], tmp_path)


def test_the_oldest_version_is_the_one_that_the_chart_names() -> None:
    wanted = yaml.safe_load((CHART / "Chart.yaml").read_text())["kubeVersion"]

    assert wanted == f">={VERSIONS[0]}.0-0"


# Custom resources


def custom_complaints(objects: list[Object]) -> list[str]:
    said = subprocess.run(
        ["node", SCHEMAS, node_modules()], input=json.dumps(objects), capture_output=True, text=True, check=True
    ).stdout
    return list(json.loads(said))


def test_operators_know_every_field(either_helm: str) -> None:
    objects = [one for one in everything(either_helm) if one["apiVersion"].startswith(CUSTOM)]

    kinds = {one["kind"] for one in objects}
    assert kinds == {
        "HTTPRoute",
        "PodMonitor",
        "PrometheusRule",
        "ScaledObject",
        "ServiceMonitor",
        "TriggerAuthentication",
    }
    assert custom_complaints(objects) == []


def test_operators_complain_of_unknown_and_wrong_fields(either_helm: str) -> None:
    monitor = render(either_helm, "production").one("ServiceMonitor")
    endpoint = {"prot": "operations", "path": 7}

    found = custom_complaints([monitor | {"spec": {**monitor["spec"], "endpoints": [endpoint]}}])

    assert any("/spec/endpoints/0/prot is in no schema" in one for one in found)
    assert any("/spec/endpoints/0/path" in one and "type" in one for one in found)


# Helm itself


@pytest.mark.parametrize("name", VALUES)
def test_helm_finds_nothing_to_lint(helm: str, name: str) -> None:
    said = subprocess.run(
        [program(helm), "lint", "--strict", "--values", VALUES[name], CHART, *PLACE],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout
    assert re.findall(r"\[(?:WARNING|ERROR)\].*", said.stdout) == []


def test_an_older_cluster_is_refused(helm: str) -> None:
    said = subprocess.run(
        [program(helm), "template", CHART, "--values", VALUES["minimal"], "--kube-version", "1.29.5"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode != 0
    assert "requires kubeVersion: >=1.30.0-0" in said.stderr
