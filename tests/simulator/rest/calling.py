"""Calls of the REST API, and how it refuses."""

import uuid
from typing import Any

import httpx

NOOR = "5017001"
JONAS = "5017002"


def assert_refused(answer: httpx.Response, status: int, code: str, message: str, field: str | None = None) -> None:
    error = {"code": code, "message": message} | ({} if field is None else {"field": field})
    document = answer.json()
    assert uuid.UUID(document.pop("request_id")).version == 4
    assert document == {"type": "error.list", "errors": [error]}
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"


async def add(intercom: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await intercom.post(path, json=fields)


async def remove(intercom: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await intercom.request("DELETE", path, json=fields)
