"""What single objects and lists show."""

import httpx
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


def parts(count: int) -> dict[str, object]:
    every = [{"type": "conversation_part", "id": str(number), "body": "<p>Hi</p>"} for number in range(count)]
    return {"type": "conversation_part.list", "conversation_parts": every, "total_count": count}


async def test_only_the_newest_five_hundred_parts_are_shown(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient
) -> None:
    await control.post("/conversations", json={"id": "7", "item": {"conversation_parts": parts(502)}})

    shown = (await intercom.get("/conversations/7")).json()["conversation_parts"]

    ids = [part["id"] for part in shown["conversation_parts"]]
    assert (len(ids), ids[0], ids[-1], shown["total_count"]) == (500, "2", "501", 502)


async def test_html_is_shown_as_text_on_demand(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    body = '<p class="x">Hello &amp;<br>good&nbsp;bye</p><p>a &lt; b</p>'
    item = {"source": {"type": "email", "body": body}, "conversation_parts": parts(1)}
    await control.post("/conversations", json={"id": "7", "item": item})

    html = (await intercom.get("/conversations/7")).json()
    plain = (await intercom.get("/conversations/7", params={"display_as": "plaintext"})).json()

    assert (html["source"]["body"], plain["source"]["body"]) == (body, "Hello &\ngood\N{NO-BREAK SPACE}bye\na < b")
    assert plain["conversation_parts"]["conversation_parts"][0]["body"] == "Hi"


async def test_a_contact_shows_ten_tags_and_ten_companies(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient
) -> None:
    companies = [f"c{number}" for number in range(12)]
    for company in companies:
        await control.post("/companies", json={"id": company})
    tags = [f"t{number}" for number in range(11)]
    await control.post("/contacts", json={"id": "7", "tags": tags, "companies": companies})

    contact = (await intercom.get("/contacts/7")).json()
    listed = (await intercom.get("/contacts/7/tags")).json()

    assert contact["companies"]["data"][0] == {"type": "company", "id": "c0", "url": "/companies/c0"}
    for shown, total in ((contact["tags"], 11), (contact["companies"], 12)):
        assert (len(shown["data"]), shown["total_count"], shown["has_more"]) == (10, total, True)
    assert [tag["name"] for tag in listed["data"]] == tags


async def test_companies_of_a_contact_come_in_pages(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    companies = [f"c{number}" for number in range(51)]
    for company in companies:
        await control.post("/companies", json={"id": company, "tags": ["vip"]})
    await control.post("/contacts", json={"id": "7", "companies": companies})

    first = (await intercom.get("/contacts/7/companies")).json()
    second = (await intercom.get(first["pages"]["next"])).json()

    assert [company["id"] for company in first["data"] + second["data"]] == companies
    assert first["data"][0]["tags"]["tags"][0]["name"] == "vip"
    assert (first["total_count"], second["pages"]["next"], second["pages"]["total_pages"]) == (51, None, 2)


async def test_companies_are_found_by_what_they_have(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await control.post("/companies", json={"id": "c1", "item": {"company_id": "own", "name": "Ember"}, "tags": ["vip"]})
    await control.post("/companies", json={"id": "c2"})
    tag = (await control.post("/tags", json={"name": "vip"})).json()["id"]
    segment = (await control.post("/segments", json={"name": "S", "tags": ["vip"]})).json()["id"]

    wanted = [{"company_id": "own"}, {"name": "Ember"}, {"tag_id": tag}, {"segment_id": segment}]
    found = [(await intercom.get("/companies", params=one)).json()["data"] for one in wanted]
    every = (await intercom.get("/companies", params={"per_page": 1, "page": 2})).json()

    assert [[company["id"] for company in one] for one in found] == [["c1"]] * 4
    assert found[0][0]["segments"]["segments"][0]["id"] == segment
    assert [company["id"] for company in every["data"]] == ["c2"]


@pytest.mark.parametrize("params", [{"page": "0"}, {"per_page": "many"}, {"page": "-1"}, {"page": "²"}])
async def test_a_page_that_is_no_number_is_refused(params: dict[str, str], intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get("/companies", params=params)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "parameter_invalid")


@pytest.mark.parametrize("path", ["/contacts/7", "/contacts/7/companies", "/contacts/7/segments", "/contacts/7/tags"])
async def test_an_unknown_contact_is_not_found(path: str, intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get(path)

    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (404, "User Not Found")
