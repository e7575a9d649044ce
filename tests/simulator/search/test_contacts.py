"""Contacts are searched by calendar day, in the workspace's time zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from simulator.app import Simulator
from simulator.search.days import day_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

PARIS = ZoneInfo("Europe/Paris")
NINE = int(datetime(2026, 6, 10, 9, tzinfo=PARIS).timestamp())
MOMENTS = {
    "before": int(datetime(2026, 6, 9, 23, 59, 59, tzinfo=PARIS).timestamp()),
    "midnight": int(datetime(2026, 6, 10, tzinfo=PARIS).timestamp()),
    "noon": int(datetime(2026, 6, 10, 12, tzinfo=PARIS).timestamp()),
    "last": int(datetime(2026, 6, 10, 23, 59, 59, tzinfo=PARIS).timestamp()),
    "after": int(datetime(2026, 6, 11, tzinfo=PARIS).timestamp()),
}


async def seed(control: httpx.AsyncClient) -> None:
    for name, moment in MOMENTS.items():
        item = {"created_at": moment, "custom_attributes": {"renews_at": moment, "seats": len(name), "plan": name}}
        await control.post("/contacts", json={"id": name, "item": item, "tags": ["t"] if name == "noon" else []})


async def search(intercom: httpx.AsyncClient, field: str, operator: str, value: Any) -> httpx.Response:
    return await intercom.post(
        "/contacts/search", json={"query": {"field": field, "operator": operator, "value": value}}
    )


async def found(intercom: httpx.AsyncClient, field: str, operator: str, value: Any) -> set[str]:
    answer = await search(intercom, field, operator, value)
    assert answer.status_code == 200, answer.text
    return {contact["id"] for contact in answer.json()["data"]}


@pytest.mark.parametrize("field", ["created_at", "custom_attributes.renews_at"])
@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        pytest.param("=", {"midnight", "noon", "last"}, id="the whole day"),
        pytest.param(">", {"after"}, id="from the next midnight on"),
        pytest.param("<", {"before"}, id="before that day's midnight"),
    ],
)
async def test_dates_are_matched_by_the_day(
    field: str, operator: str, expected: set[str], control: httpx.AsyncClient, intercom: httpx.AsyncClient
) -> None:
    await seed(control)

    assert await found(intercom, field, operator, NINE) == expected


async def test_the_day_is_that_of_the_workspace(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await seed(control)
    await control.post("/workspace", json={"timezone": "America/New_York"})

    assert await found(intercom, "created_at", "=", NINE) == {"noon", "last", "after"}


@pytest.mark.parametrize("operator", ["!=", ">=", "<=", "IN", "NIN"])
@pytest.mark.parametrize("field", ["updated_at", "custom_attributes.renews_at"])
async def test_other_operators_on_dates_are_errors(field: str, operator: str, intercom: httpx.AsyncClient) -> None:
    answer = await search(intercom, field, operator, [NINE] if "IN" in operator else NINE)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == f"{operator} is not supported for {field}"


async def test_a_date_beyond_the_calendar_is_refused(intercom: httpx.AsyncClient) -> None:
    answer = await search(intercom, "created_at", "=", 10**18)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == f"{10**18} is no value for created_at"


async def test_tags_can_be_told_by_two_operators_only(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, simulator: Simulator
) -> None:
    await seed(control)
    tag, _ = simulator.workspace.find_or_create_tag("t")

    assert await found(intercom, "tag_id", "=", tag.id) == {"noon"}
    assert await found(intercom, "tag_id", "!=", tag.id) == MOMENTS.keys() - {"noon"}
    assert (await search(intercom, "tag_id", "IN", [tag.id])).status_code == 400


@pytest.mark.parametrize(
    ("attribute", "operator", "value", "expected"),
    [
        ("seats", "=", 4, {"noon", "last"}),
        ("seats", ">=", 6, {"before", "midnight"}),
        ("plan", "~", "no", {"noon"}),
        ("plan", "IN", ["noon", "after"], {"noon", "after"}),
        ("unheard_of", "=", "x", set()),
    ],
)
async def test_attributes_are_compared_as_what_they_are(
    attribute: str,
    operator: str,
    value: Any,
    expected: set[str],
    control: httpx.AsyncClient,
    intercom: httpx.AsyncClient,
) -> None:
    await seed(control)

    assert await found(intercom, f"custom_attributes.{attribute}", operator, value) == expected


async def test_segments_are_searchable(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await seed(control)
    segment = (await control.post("/segments", json={"name": "S", "members": ["last"]})).json()["id"]

    assert await found(intercom, "segment_id", "=", segment) == {"last"}


async def test_new_contacts_appear_late(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, simulator: Simulator
) -> None:
    await seed(control)
    await control.post("/workspace", json={"contacts_appear_after": 300})
    hidden = await found(intercom, "created_at", "<", NINE)

    simulator.workspace.objects["contact", "before"].since -= 301

    assert hidden == set()
    assert await found(intercom, "created_at", "<", NINE) == {"before"}
    assert (await intercom.get("/contacts/after")).status_code == 200


async def test_merged_contacts_vanish(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await seed(control)
    await control.post("/contacts/noon/merge", json={"into": "last"})

    assert await found(intercom, "created_at", "=", NINE) == {"midnight", "last"}


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        pytest.param(datetime(2026, 3, 29, 12, tzinfo=PARIS), 23, id="clocks go forward"),
        pytest.param(datetime(2026, 10, 25, 12, tzinfo=PARIS), 25, id="clocks go back"),
        pytest.param(datetime(2026, 6, 10, 12, tzinfo=PARIS), 24, id="any other day"),
    ],
)
async def test_days_are_as_long_as_they_are(moment: datetime, hours: int) -> None:
    day = day_of(int(moment.timestamp()), "Europe/Paris")

    assert day.end - day.start == hours * 3_600
