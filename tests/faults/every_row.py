"""All rows of the matrix, in order: importing a family enters its rows."""

from tests.faults import clock, deploy, intercom, load, notifications, order, receiver, redis, worker
from tests.faults.matrix import ROWS

FAMILIES = (worker, receiver, redis, intercom, load, notifications, order, clock, deploy)

ROWS.sort(key=lambda row: row.number)

__all__ = ["FAMILIES", "ROWS"]
