"""The image to test, which `.ci/image` builds and names."""

import os

import pytest


@pytest.fixture(scope="session")
def image() -> str:
    """The name of an image built from this tree."""
    name = os.environ.get("IMAGE_UNDER_TEST")
    if not name:
        pytest.skip(os.environ.get("IMAGE_MISSING") or "no image to test: `.ci/image make test` builds one")
    return name
