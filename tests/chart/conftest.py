"""Both majors of Helm."""

import pytest

from tests.chart.tools import HELMS, program


@pytest.fixture(params=HELMS)
def helm(request: pytest.FixtureRequest) -> str:
    """Its name among the tools."""
    name = str(request.param)
    program(name)
    return name
