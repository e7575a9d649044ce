"""All rows of the matrix, in order: importing a family enters its rows."""

from tests.faults import deploy, intercom, worker
from tests.faults.matrix import ROWS

FAMILIES = (worker, intercom, deploy)

ROWS.sort(key=lambda row: row.number)

__all__ = ["ROWS"]
