"""Rules come from the values, from a ConfigMap, or from the image, and are mounted so that a change arrives."""

from pathlib import Path
from typing import Any

import pytest

from rules.reading.loader import load
from tests.chart.rendering import Rendered, render


def places(rendered: Rendered) -> dict[str, str]:
    """Where the worker has which ConfigMap of rules."""
    spec = rendered.one("Deployment", "-worker")["spec"]["template"]["spec"]
    maps = {one["name"]: one["configMap"]["name"] for one in spec["volumes"] if "configMap" in one}
    return {
        mount["mountPath"]: maps[mount["name"]]
        for mount in rendered.container("worker")["volumeMounts"]
        if mount["name"].startswith("rules")
    }


def test_without_rules_a_sample_is_at_work_that_changes_nothing(helm: str, tmp_path: Path) -> None:
    rendered = render(helm)
    for name, text in rendered.one("ConfigMap", "-rules")["data"].items():
        (tmp_path / name).write_text(text)

    rule_set = load(tmp_path).rule_set

    assert places(rendered) == {"/etc/autotagger/rules": "tagger-autotagger-rules"}
    assert rule_set is not None
    assert {rule.mode for rule in rule_set.rules} == {"shadow"}


def test_rules_in_the_values_take_the_samples_place(helm: str) -> None:
    rendered = render(helm, "trial")

    assert set(rendered.one("ConfigMap", "-rules")["data"]) == {"tags.yaml", "billing.yaml"}


@pytest.mark.parametrize(
    "text", ["a: 'x'\n", 'b: "\\n"  # no {{ template }}\n', "c: |\n  two\n\n  lines", "", "ü: 💶\r\n"]
)
def test_a_file_is_mounted_as_it_was_written(helm: str, text: str) -> None:
    files = {"a.yaml": text, "tags.yaml": "version: 1\ntags: {}\n"}

    assert render(helm, rules={"files": files}).one("ConfigMap", "-rules")["data"] == files


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"existingConfigMap": "theirs"}, {"/etc/autotagger/rules": "theirs"}),
        ({"imagePath": "/rules"}, {}),
    ],
    ids=["a ConfigMap", "the image"],
)
def test_rules_from_elsewhere_have_no_configmap_of_the_charts(
    helm: str, rules: dict[str, Any], expected: dict[str, str]
) -> None:
    rendered = render(helm, rules=rules)

    assert places(rendered) == expected
    assert [one for one in rendered.every("ConfigMap") if "-rules" in one["metadata"]["name"]] == []


def test_each_workspace_may_have_its_own(helm: str) -> None:
    rendered = render(helm, "workspaces")

    (own,) = (one["metadata"]["name"] for one in rendered.every("ConfigMap") if "-rules" in one["metadata"]["name"])
    assert places(rendered) == {
        "/etc/autotagger/rules": "shared-rules",
        "/etc/autotagger/workspace-rules/Xyz_34uvw": "rules-of-xyz",
        "/etc/autotagger/workspace-rules/12345678": own,
    }


def test_only_workers_have_rules(helm: str) -> None:
    receiver = render(helm, "workspaces").container("receiver")

    assert not any("rules" in mount["mountPath"] for mount in receiver["volumeMounts"])
