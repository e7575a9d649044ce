"""One object of each kind, and a tag that none of them has."""

import httpx
import pytest_asyncio


@pytest_asyncio.fixture(loop_scope="session")
async def tag_id(control: httpx.AsyncClient) -> str:
    return str((await control.post("/tags", json={"name": "billing/refund"})).json()["id"])


@pytest_asyncio.fixture(loop_scope="session")
async def scene(control: httpx.AsyncClient) -> None:
    for plural in ("conversations", "tickets", "contacts"):
        await control.post(f"/{plural}", json={"id": "215470001", "tags": ["triage/unsorted"]})
