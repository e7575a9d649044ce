"""The page about settings knows them all."""

from pathlib import Path

import pytest

from cli.settings.reading import KEYS

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_variable_is_on_the_page(key: str) -> None:
    assert f"`AUTOTAGGER_{key.upper()}`" in PAGE
