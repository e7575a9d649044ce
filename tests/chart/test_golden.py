"""Whatever changes in what is rendered is seen in a review."""

import pytest

from tests.chart.golden_files import FOLDER, text
from tests.chart.rendering import VALUES, render


@pytest.mark.parametrize("name", VALUES)
def test_it_is_rendered_as_when_somebody_last_looked(helm: str, name: str) -> None:
    golden = (FOLDER / f"{name}.yaml").read_text()

    assert text(render(helm, name)) == golden, "if this is meant: make chart"


def test_no_golden_file_is_left_of_values_that_went() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(VALUES)
