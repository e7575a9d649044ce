"""The REST calls that came in."""

from collections import deque
from dataclasses import dataclass

REMEMBERED = 100_000
"""How many calls are remembered."""


@dataclass(frozen=True, slots=True)
class Call:
    """One REST call as it came: header names are in lower case."""

    method: str
    path: str
    headers: dict[bytes, bytes]
    body: bytes = b""
    query: bytes = b""


@dataclass(slots=True)
class Record:
    """What became of a call.

    `received` is in Unix seconds; `status` is None as long as no answer went out; `applied` says whether the workspace
    changed; `fault` is the kind of fault that struck, if one did.
    """

    received: float
    call: Call
    status: int | None = None
    applied: bool = False
    fault: str | None = None

    def document(self) -> dict[str, object]:
        """The record as the control API shows it."""
        version = self.call.headers.get(b"intercom-version")
        return {
            "received": self.received,
            "method": self.call.method,
            "path": self.call.path,
            "query": self.call.query.decode("latin-1"),
            "status": self.status,
            "applied": self.applied,
            "fault": self.fault,
            "version": version.decode("latin-1") if version is not None else None,
            "body": self.call.body.decode(errors="replace"),
        }


class Calls:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=REMEMBERED)

    def add(self, received: float, call: Call) -> Record:
        """Remember a call as soon as it has come; the record is filled in as it is dealt with."""
        record = Record(received, call)
        self._records.append(record)
        return record

    def since(self, moment: float) -> list[Record]:
        """The calls received after `moment`, in Unix seconds."""
        return [record for record in self._records if record.received > moment]
