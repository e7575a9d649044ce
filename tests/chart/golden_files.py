"""What the chart made of each values file when somebody last looked: `python -m tests.chart.golden_files` renews it."""

from pathlib import Path

import yaml

from tests.chart.rendering import VALUES, Rendered, render
from tests.chart.tools import HELMS

FOLDER = Path(__file__).parent / "golden"


def text(rendered: Rendered) -> str:
    """All objects, in an order of their own: Helm's differs from version to version."""
    objects = sorted(rendered.objects, key=lambda one: (one["kind"], one["metadata"]["name"]))
    return yaml.dump_all(objects, Dumper=yaml.CSafeDumper, sort_keys=False, width=120, allow_unicode=True)


def _renew() -> None:
    for name in VALUES:
        (FOLDER / f"{name}.yaml").write_text(text(render(HELMS[-1], name)))


if __name__ == "__main__":
    _renew()
