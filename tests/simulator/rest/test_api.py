import httpx
import pytest

from tests.simulator.rest.calling import JONAS, NOOR, assert_refused

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("scene")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[1]", id="no object"),
        pytest.param(b'{"id": NaN}', id="not a number"),
        pytest.param(b'{"id": "\xff"}', id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
async def test_what_is_no_json_object_is_refused(body: bytes, intercom: httpx.AsyncClient) -> None:
    answer = await intercom.post("/conversations/215470001/tags", content=body)

    assert_refused(answer, 400, "parameter_invalid", "invalid JSON")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Authorization": "Bearer wrong"}, id="wrong token"),
        pytest.param({"Authorization": "test-token"}, id="no bearer"),
        pytest.param({"Authorization": ""}, id="empty"),
    ],
)
async def test_a_bad_token_is_refused_before_anything_else(
    headers: dict[str, str], intercom: httpx.AsyncClient
) -> None:
    answers = [
        await intercom.get("/me", headers=headers),
        await intercom.get("/nowhere", headers=headers),
        await intercom.post("/conversations/999/tags", content=b"{", headers=headers),
    ]

    for answer in answers:
        assert_refused(answer, 401, "unauthorized", "Access Token Invalid")


async def test_a_version_that_does_not_exist_is_refused(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get("/me", headers={"Intercom-Version": "2.99"})

    assert_refused(answer, 400, "intercom_version_invalid", "The requested version could not be found: 2.99")


async def test_a_call_without_a_version_is_answered(intercom: httpx.AsyncClient) -> None:
    del intercom.headers["Intercom-Version"]

    answer = await intercom.get("/me")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/tags"),
        ("GET", "/conversations/215470001/tags"),
        ("GET", "/tickets/215470001/tags"),
        ("PATCH", "/conversations/215470001"),
        ("POST", "/me"),
        ("PUT", "/contacts/215470001/tags"),
        ("GET", "/nowhere"),
        ("GET", "/"),
    ],
)
async def test_a_wrong_method_or_path_is_not_found(method: str, path: str, intercom: httpx.AsyncClient) -> None:
    answer = await intercom.request(method, path)

    assert_refused(answer, 404, "not_found", "Resource Not Found")


async def test_a_conversation_shows_its_tags(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get("/conversations/215470001")
    unknown = await intercom.get("/conversations/999")

    assert [tag["name"] for tag in answer.json()["tags"]["tags"]] == ["triage/unsorted"]
    assert answer.json()["id"] == "215470001"
    assert_refused(unknown, 404, "not_found", "Resource Not Found")


async def test_a_ticket_never_shows_its_tags(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get("/tickets/215470001")
    unknown = await intercom.get("/tickets/999")

    assert answer.json()["type"] == "ticket"
    assert "tags" not in answer.json()
    assert_refused(unknown, 404, "ticket_not_found", "Ticket not found")


async def test_me_names_the_workspace(intercom: httpx.AsyncClient) -> None:
    me = (await intercom.get("/me")).json()

    assert (me["type"], me["id"], me["app"]["id_code"]) == ("admin", NOOR, "q4mx81zt")


async def test_admins_are_listed_and_found(intercom: httpx.AsyncClient) -> None:
    listed = (await intercom.get("/admins")).json()
    found = (await intercom.get(f"/admins/{JONAS}")).json()
    unknown = await intercom.get("/admins/42")

    assert listed["type"] == "admin.list"
    assert found in listed["admins"]
    assert_refused(unknown, 404, "admin_not_found", "Admin not found")
