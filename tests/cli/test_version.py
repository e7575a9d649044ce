import tomllib
from pathlib import Path

from click.testing import CliRunner

from cli.version import version

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_version_is_the_projects() -> None:
    project = tomllib.loads(PROJECT.read_text())["project"]

    result = CliRunner().invoke(version)

    assert result.exit_code == 0
    assert result.output == f"autotagger {project['version']}\n"
