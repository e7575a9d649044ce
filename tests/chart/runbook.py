"""The runbook: a page for each alert in docs/runbook."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "runbook"


def page(alert: str) -> str:
    """The name of an alert's page, as the chart puts it into `runbook_url`."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", alert.removeprefix("Autotagger")).lower() + ".md"
