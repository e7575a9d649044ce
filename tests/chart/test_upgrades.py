"""A new version of the chart, and the chart as a part of another."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CHART, VALUES, Rendered, render, render_chart

PROJECT = CHART.parents[1]


@pytest.fixture
def bumped(tmp_path: Path) -> Path:
    """The next version of the chart, for the same version of the service."""
    chart = tmp_path / "autotagger"
    shutil.copytree(CHART, chart)
    document = yaml.safe_load((chart / "Chart.yaml").read_text())
    (chart / "Chart.yaml").write_text(yaml.safe_dump(document | {"version": "99.0.0-rc.1+build.7"}))
    return chart


@pytest.mark.parametrize("name", VALUES)
def test_a_new_version_of_the_chart_alone_makes_no_new_pod(helm: str, name: str, bumped: Path) -> None:
    before, after = render(helm, name), render_chart(helm, bumped, VALUES[name], {})

    assert before != after
    workloads = [
        {one: pod for one, pod in rendered.pods() if not one.endswith("-test")} for rendered in (before, after)
    ]
    assert workloads[0] == workloads[1]


@pytest.mark.parametrize("name", VALUES)
def test_what_is_immutable_stays(helm: str, name: str, bumped: Path) -> None:
    """A change of any of these is refused by the cluster, in the middle of an upgrade."""
    before, after = render(helm, name), render_chart(helm, bumped, VALUES[name], {})

    assert immutable(before) == immutable(after)


def immutable(rendered: Rendered) -> dict[str, Any]:
    found = {one["metadata"]["name"]: one["spec"]["selector"] for one in rendered.every("Deployment")}
    for one in rendered.every("StatefulSet"):
        kept = {"selector", "serviceName", "volumeClaimTemplates", "podManagementPolicy"}
        found[one["metadata"]["name"]] = {key: value for key, value in one["spec"].items() if key in kept}
    for one in rendered.every("Service"):
        found[f"{one['metadata']['name']} (Service)"] = one["spec"].get("clusterIP")
    return found


def test_the_chart_installs_the_version_of_the_service_that_it_comes_with() -> None:
    document = yaml.safe_load((CHART / "Chart.yaml").read_text())

    assert f'version = "{document["appVersion"]}"' in (PROJECT / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ({"repository": "r/a"}, "r/a:{version}"),
        ({"repository": "r/a", "tag": "1.2"}, "r/a:1.2"),
        ({"repository": "r/a", "tag": "1.2", "digest": f"sha256:{'a' * 64}"}, f"r/a@sha256:{'a' * 64}"),
    ],
    ids=["the chart's", "a tag", "a digest"],
)
def test_a_digest_wins_over_a_tag(helm: str, image: dict[str, str], expected: str) -> None:
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]

    assert render(helm, image=image).container("worker")["image"] == expected.format(version=version)


# As a part of another chart

PART = {"workspaces": {"abc12def": {"adminId": 1, "existingSecret": "autotagger"}}, "redis": {"host": "redis"}}


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    """A chart with ours in it twice, once under another name."""
    chart = tmp_path / "parent"
    shutil.copytree(CHART, chart / "charts" / "autotagger")
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]
    dependency = {"name": "autotagger", "version": version, "repository": ""}
    dependencies = [
        dependency | {"condition": "autotagger.enabled"},
        dependency | {"alias": "second", "condition": "second.enabled"},
    ]
    document = {"apiVersion": "v2", "name": "parent", "version": "1.0.0", "dependencies": dependencies}
    (chart / "Chart.yaml").write_text(yaml.safe_dump(document))
    return chart


def test_it_is_a_part_like_any_other(helm: str, parent: Path) -> None:
    changes = {
        "autotagger": {"enabled": True, **PART},
        "second": {"enabled": False},
        "global": {
            "imageRegistry": "mirror.example.com",
            "imagePullSecrets": [{"name": "pull"}],
            "of-others": {"a": 1},
        },
    }

    rendered = render_chart(helm, parent, None, changes)

    assert rendered.container("worker")["image"].startswith("mirror.example.com/autotagger:")
    spec = rendered.one("Deployment", "-worker")["spec"]["template"]["spec"]
    assert spec["imagePullSecrets"] == [{"name": "pull"}]
    assert rendered.one("ConfigMap", "-rules")["data"].keys() == {"sample.yaml", "tags.yaml"}


def test_it_may_be_there_twice(helm: str, parent: Path) -> None:
    changes = {"autotagger": {"enabled": True, **PART}, "second": {"enabled": True, **PART}}

    rendered = render_chart(helm, parent, None, changes)

    names = [(one["kind"], one["metadata"]["name"]) for one in rendered.objects]
    assert len(names) == len(set(names))
    selectors = [str(one["spec"]["selector"]) for one in rendered.every("Deployment")]
    assert len(set(selectors)) == len(selectors) == 4


def test_switched_off_it_is_gone(helm: str, parent: Path) -> None:
    changes = {"autotagger": {"enabled": False}, "second": {"enabled": False}}

    assert render_chart(helm, parent, None, changes).objects == ()
