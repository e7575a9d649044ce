"""Whole houses of processes, at real time: one of them at a time is enough for a small machine."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing else of the run goes on beside the tests of this room."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.alone)
