"""Cursors and sizes of pages."""

from typing import Any

import httpx
import pytest

from simulator.app import Simulator

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN = {"field": "open", "operator": "=", "value": True}


def fill(simulator: Simulator, count: int) -> None:
    for number in range(count):
        item = {"id": str(number), "open": True, "updated_at": 1_000 + number // 3}
        simulator.workspace.put("conversation", str(number), item)


async def page(intercom: httpx.AsyncClient, pagination: Any, **params: str) -> dict[str, Any]:
    body = {"query": OPEN, "pagination": pagination}
    answer = await intercom.post("/conversations/search", json=body, params=params)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_the_pages_hold_everything_once(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    fill(simulator, 23)
    cursor, seen, numbers = None, list[str](), list[int]()

    while True:
        found = await page(intercom, {"per_page": 5, "starting_after": cursor})
        seen += [conversation["id"] for conversation in found["conversations"]]
        numbers.append(found["pages"]["page"])
        assert (found["total_count"], found["pages"]["total_pages"]) == (23, 5)
        if "next" not in found["pages"]:
            break
        cursor = found["pages"]["next"]["starting_after"]

    assert sorted(map(int, seen)) == list(range(23))
    assert numbers == [1, 2, 3, 4, 5]


async def test_what_changed_last_comes_first(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    fill(simulator, 9)

    found = await page(intercom, None)

    assert [conversation["id"] for conversation in found["conversations"]] == list("678345012")


async def test_what_changes_meanwhile_is_not_seen_twice(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    fill(simulator, 9)
    first = await page(intercom, {"per_page": 4})
    simulator.workspace.objects["conversation", "6"].item = {"id": "6", "open": True, "updated_at": 2_000}

    second = await page(intercom, {"per_page": 9, "starting_after": first["pages"]["next"]["starting_after"]})

    assert [one["id"] for one in first["conversations"] + second["conversations"]] == list("678345012")


async def test_a_cursor_in_the_query_string_is_ignored(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    fill(simulator, 9)
    first = await page(intercom, {"per_page": 4})
    cursor = first["pages"]["next"]["starting_after"]

    again = await page(intercom, {"per_page": 4}, starting_after=cursor, per_page="2")

    assert again["conversations"] == first["conversations"]
    assert again["pages"]["page"] == 1


@pytest.mark.parametrize(
    ("plural", "key", "default"),
    [("conversations", "conversations", 20), ("tickets", "tickets", 20), ("contacts", "data", 50)],
)
async def test_pages_have_their_default_size(
    plural: str, key: str, default: int, intercom: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    await control.post("/population", json={"conversations": 60, "tickets": 60, "contacts": 60})
    query = {"field": "created_at", "operator": "<", "value": 4_000_000_000}

    answer = await intercom.post(f"/{plural}/search", json={"query": query})

    assert len(answer.json()[key]) == answer.json()["pages"]["per_page"] == default
    assert answer.json()["total_count"] == 60


async def test_a_page_may_hold_a_hundred_and_fifty(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    fill(simulator, 160)

    found = await page(intercom, {"per_page": 150})

    assert len(found["conversations"]) == 150


async def test_nothing_found_is_no_page(intercom: httpx.AsyncClient) -> None:
    found = await page(intercom, None)

    assert found["pages"] == {"type": "pages", "page": 1, "per_page": 20, "total_pages": 0}


@pytest.mark.parametrize(
    ("pagination", "field"),
    [
        pytest.param({"per_page": 151}, "per_page", id="too many"),
        pytest.param({"per_page": 0}, "per_page", id="none"),
        pytest.param({"per_page": "20"}, "per_page", id="text"),
        pytest.param({"per_page": True}, "per_page", id="yes"),
        pytest.param({"starting_after": "!"}, "starting_after", id="no base64"),
        pytest.param({"starting_after": "é"}, "starting_after", id="no ASCII"),
        pytest.param({"starting_after": "e30="}, "starting_after", id="somebody else's cursor"),
        pytest.param({"starting_after": 7}, "starting_after", id="a number"),
        pytest.param([], "pagination", id="a list"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(pagination: Any, field: str, intercom: httpx.AsyncClient) -> None:
    answer = await intercom.post("/conversations/search", json={"query": OPEN, "pagination": pagination})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert error == {"code": "parameter_invalid", "message": f"{field} is invalid", "field": field}
