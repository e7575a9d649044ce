"""A call as the endpoints read it, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from simulator import choices
from simulator.errors import invalid_json, parameter_missing
from simulator.rest.version import Version

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Request:
    """A call that was let in: `steps` are the parts of its path, `now` is in Unix seconds."""

    method: str
    steps: Sequence[str]
    now: float
    version: Version
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def fields(self) -> dict[str, Any]:
        """The JSON object in the body, empty if there is none; raises `ApiError` for anything else."""
        if not self.body:
            return {}
        try:
            fields = _decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise invalid_json() from None
        if not isinstance(fields, dict):
            raise invalid_json()
        return fields


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `applied` says whether the workspace changed."""

    status: int
    body: bytes
    applied: bool = False


def ok(document: object, *, applied: bool = False) -> Answer:
    """200 with a document."""
    return Answer(200, _encode(document), applied)


def required_id(fields: Mapping[str, Any], name: str) -> str:
    """An id from a body, where integers are as good as strings; raises `ApiError` for anything else."""
    value = fields.get(name)
    if value is None or value == "":
        raise parameter_missing(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise choices.bad_id(name)
    return str(value)
