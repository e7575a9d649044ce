"""What the chart made of each values file when somebody last looked: `make chart` renews it."""

from pathlib import Path
from typing import Any

import yaml

from tests.chart.rendering import CHART, VALUES, Rendered, render
from tests.chart.tools import HELMS, is_here

FOLDER = Path(__file__).parent / "golden"

_FILES = {path.read_text().strip(): path.name for path in (CHART / "files").rglob("*") if path.is_file()}


def text(rendered: Rendered) -> str:
    """All objects, in an order of their own: Helm's differs from version to version.

    Of the chart's own files only the names: they are reviewed where they are written.
    """
    objects = sorted(rendered.objects, key=lambda one: (one["kind"], one["metadata"]["name"]))
    named = map(_named, objects)
    return yaml.dump_all(named, Dumper=yaml.CSafeDumper, sort_keys=False, width=120, allow_unicode=True)


def _named(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _named(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_named(value) for value in part]
    name = _FILES.get(part.strip()) if isinstance(part, str) else None
    return f"(all of {name})" if name else part


def _renew() -> None:
    helm = next(filter(is_here, HELMS))
    for name in VALUES:
        (FOLDER / f"{name}.yaml").write_text(text(render(helm, name)))


if __name__ == "__main__":
    _renew()
