"""The chart as Helm renders it, each way once."""

import functools
import json
import subprocess
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.tools import HELMS, MISSING, is_here, program

if not any(map(is_here, HELMS)):
    # Every test of whoever imports this, with one line in the summary.
    pytest.skip(MISSING, allow_module_level=True)

CHART = Path(__file__).parents[2] / "helm" / "autotagger"
VALUES = {path.stem: path for path in sorted((Path(__file__).parent / "values").glob("*.yaml"))}
RELEASE, NAMESPACE = "tagger", "support"
PLACE = ("--namespace", NAMESPACE, "--kube-version", "1.30.0")

Object = dict[str, Any]


class _Strict(yaml.CSafeLoader):
    """What stands behind Helm (Flux, kustomize) refuses a key that is there twice; Helm and PyYAML take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(set(keys)) == len(keys), f"a key is there twice among {keys}"
        return super().construct_mapping(node, deep)


class Refused(Exception):
    """Helm did not render it; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The objects of one rendering, in Helm's order."""

    objects: tuple[Object, ...]

    def every(self, kind: str) -> tuple[Object, ...]:
        """All of a kind."""
        return tuple(one for one in self.objects if one["kind"] == kind)

    def one(self, kind: str, name: str = "") -> Object:
        """The only one of a kind whose name ends so."""
        found = [one for one in self.every(kind) if one["metadata"]["name"].endswith(name)]
        assert len(found) == 1, f"{len(found)} of kind {kind} with a name that ends in {name!r}"
        return found[0]

    def pods(self) -> Iterator[tuple[str, Object]]:
        """Everything that is a pod or makes some: its name and the pod's template."""
        for one in self.objects:
            if one["kind"] in ("Deployment", "StatefulSet"):
                yield one["metadata"]["name"], one["spec"]["template"]
            elif one["kind"] == "Pod":
                yield one["metadata"]["name"], one

    def container(self, component: str) -> Object:
        """The only container of the receiver's or worker's Deployment."""
        (container,) = self.one("Deployment", component)["spec"]["template"]["spec"]["containers"]
        return dict(container)


def render(helm: str, file: str | None = "minimal", /, *, release: str = RELEASE, **changes: Any) -> Rendered:
    """What `helm template` makes of a values file, with `changes` to its top keys on top.

    Raises:
        Refused: Helm says no.
    """
    return render_chart(helm, CHART, None if file is None else VALUES[file], changes, release=release)


def render_chart(
    helm: str, chart: Path, file: Path | None, changes: Mapping[str, Any], *, release: str = RELEASE
) -> Rendered:
    """Likewise of another chart."""
    return Rendered(tuple(json.loads(_rendered(helm, chart, file, json.dumps(changes, ensure_ascii=False), release))))


@functools.cache
def _rendered(helm: str, chart: Path, file: Path | None, changes: str, release: str) -> str:
    files = [] if file is None else ["--values", str(file)]
    said = subprocess.run(
        [program(helm), "template", release, chart, *files, "--values", "-", *PLACE],
        input=changes,
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        raise Refused(said.stderr)
    return json.dumps([one for one in yaml.load_all(said.stdout, _Strict) if one])
