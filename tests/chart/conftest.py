"""Both majors of Helm."""

import pytest

from tests.chart.tools import HELMS, MISSING, is_here

_EACH = [pytest.param(name, marks=pytest.mark.skipif(not is_here(name), reason=MISSING)) for name in HELMS]


@pytest.fixture(params=_EACH)
def helm(request: pytest.FixtureRequest) -> str:
    """Its name among the tools."""
    return str(request.param)


@pytest.fixture
def either_helm() -> str:
    """For what takes long: test_golden holds that all of them render the same."""
    return next(filter(is_here, HELMS))
