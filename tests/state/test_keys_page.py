"""The page about the architecture knows every key."""

from pathlib import Path

import pytest

from state import keys

PAGE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text("utf-8").partition("## In Redis")[2]
NAMES = sorted(
    value
    for name, value in vars(keys).items()
    if name.isupper() and isinstance(value, str) and value.startswith(("arq:", "autotagger:"))
)


def test_there_are_keys_to_look_for() -> None:
    assert keys.JOB in NAMES
    assert keys.FEED in NAMES


@pytest.mark.parametrize("key", NAMES)
def test_every_key_has_its_row(key: str) -> None:
    # A prefix goes on with what it is followed by; any other key ends there.
    beginning = f"`{key}" if key.endswith(":") else f"`{key}`"
    assert any(beginning in row.split(" | ")[0] for row in PAGE.splitlines() if row.startswith("| "))
