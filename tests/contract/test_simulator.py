"""Each documented answer of each operation that the simulator knows, as Intercom's description has it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from simulator.app import Simulator
from tests.contract.description import Description
from tests.contract.operations import OPERATIONS
from tests.contract.scene import (
    APPLIED_TAG,
    COMPANY,
    CONTACT,
    CONVERSATION,
    FREE_TAG,
    NOOR,
    SEGMENT,
    TEAM,
    TICKET,
    USED_TAG,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

BY_NOOR = {"admin_id": NOOR}
SINCE = {"operator": "AND", "value": [{"field": "created_at", "operator": ">", "value": "1306054154"}]}


@dataclass(frozen=True)
class Case:
    """A call, the operation that it is, and what comes of it; `code` and `message` are Intercom's, of an error."""

    operation: str
    status: int
    method: str
    path: str
    body: Any = None
    code: str | None = None
    message: str | None = None

    def __str__(self) -> str:
        return f"{self.operation}-{self.status}-{self.message or 'ok'}"


def missing(operation: str, method: str, path: str, code: str, message: str, body: Any = None) -> Case:
    return Case(operation, 404, method, path, body, code, message)


CASES = (
    Case("identifyAdmin", 200, "GET", "/me"),
    Case("listAdmins", 200, "GET", "/admins"),
    Case("retrieveAdmin", 200, "GET", f"/admins/{NOOR}"),
    missing("retrieveAdmin", "GET", "/admins/1", "admin_not_found", "Admin not found"),
    Case("listTeams", 200, "GET", "/teams"),
    Case("retrieveTeam", 200, "GET", f"/teams/{TEAM}"),
    missing("retrieveTeam", "GET", "/teams/1", "team_not_found", "Team not found"),
    Case("retrieveConversation", 200, "GET", f"/conversations/{CONVERSATION}"),
    Case("retrieveConversation", 200, "GET", f"/conversations/{CONVERSATION}?display_as=plaintext"),
    missing("retrieveConversation", "GET", "/conversations/1", "not_found", "Resource Not Found"),
    Case("searchConversations", 200, "POST", "/conversations/search", {"query": SINCE}),
    Case("getTicket", 200, "GET", f"/tickets/{TICKET}"),
    Case("searchTickets", 200, "POST", "/tickets/search", {"query": SINCE}),
    Case("ShowContact", 200, "GET", f"/contacts/{CONTACT}"),
    Case("SearchContacts", 200, "POST", "/contacts/search", {"query": SINCE, "pagination": {"per_page": 5}}),
    Case("listCompaniesForAContact", 200, "GET", f"/contacts/{CONTACT}/companies"),
    missing("listCompaniesForAContact", "GET", "/contacts/1/companies", "not_found", "User Not Found"),
    Case("listSegmentsForAContact", 200, "GET", f"/contacts/{CONTACT}/segments"),
    missing("listSegmentsForAContact", "GET", "/contacts/1/segments", "not_found", "User Not Found"),
    Case("retrieveCompany", 200, "GET", "/companies?company_id=acme-42"),
    Case("retrieveCompany", 200, "GET", f"/companies?tag_id={APPLIED_TAG}&page=1&per_page=5"),
    missing("retrieveCompany", "GET", "/companies?company_id=nobody", "company_not_found", "Company Not Found"),
    missing("retrieveCompany", "GET", "/companies?name=Nobody", "company_not_found", "Company Not Found"),
    Case("RetrieveACompanyById", 200, "GET", f"/companies/{COMPANY}"),
    missing("RetrieveACompanyById", "GET", "/companies/1", "company_not_found", "Company Not Found"),
    Case("ListAttachedSegmentsForCompanies", 200, "GET", f"/companies/{COMPANY}/segments"),
    missing(
        "ListAttachedSegmentsForCompanies", "GET", "/companies/1/segments", "company_not_found", "Company Not Found"
    ),
    Case("listSegments", 200, "GET", "/segments"),
    Case("listSegments", 200, "GET", "/segments?include_count=true"),
    Case("retrieveSegment", 200, "GET", f"/segments/{SEGMENT}"),
    missing("retrieveSegment", "GET", "/segments/1", "not_found", "Resource Not Found"),
    Case("listTags", 200, "GET", "/tags"),
    Case("findTag", 200, "GET", f"/tags/{FREE_TAG}"),
    missing("findTag", "GET", "/tags/1", "not_found", "Resource Not Found"),
    Case("createTag", 200, "POST", "/tags", {"name": "new"}),
    Case("createTag", 200, "POST", "/tags", {"id": FREE_TAG, "name": "renamed"}),
    Case("createTag", 200, "POST", "/tags", {"name": "new", "companies": [{"id": COMPANY}]}),
    Case("createTag", 200, "POST", "/tags", {"name": "new", "companies": [{"company_id": "acme-42"}]}),
    Case("createTag", 200, "POST", "/tags", {"name": "applied", "companies": [{"id": COMPANY, "untag": True}]}),
    Case("createTag", 200, "POST", "/tags", {"name": "new", "users": [{"id": CONTACT}]}),
    Case("createTag", 400, "POST", "/tags", {"test": "invalid"}, "parameter_invalid", "invalid tag parameters"),
    missing(
        "createTag",
        "POST",
        "/tags",
        "company_not_found",
        "Company Not Found",
        {"name": "new", "companies": [{"company_id": "nobody"}]},
    ),
    missing("createTag", "POST", "/tags", "not_found", "User Not Found", {"name": "new", "users": [{"id": "1"}]}),
    Case("deleteTag", 200, "DELETE", f"/tags/{FREE_TAG}"),
    missing("deleteTag", "DELETE", "/tags/1", "not_found", "Resource Not Found"),
    Case(
        "deleteTag",
        400,
        "DELETE",
        f"/tags/{USED_TAG}",
        None,
        "tag_has_dependent_objects",
        "Unable to delete Tag with dependent objects. Segments: Seg 1.",
    ),
    Case("listTagsForAContact", 200, "GET", f"/contacts/{CONTACT}/tags"),
    missing("listTagsForAContact", "GET", "/contacts/1/tags", "not_found", "User Not Found"),
    Case("attachTagToContact", 200, "POST", f"/contacts/{CONTACT}/tags", {"id": FREE_TAG}),
    missing("attachTagToContact", "POST", "/contacts/1/tags", "not_found", "User Not Found", {"id": FREE_TAG}),
    missing("attachTagToContact", "POST", f"/contacts/{CONTACT}/tags", "not_found", "Resource Not Found", {"id": "1"}),
    Case("detachTagFromContact", 200, "DELETE", f"/contacts/{CONTACT}/tags/{APPLIED_TAG}"),
    missing("detachTagFromContact", "DELETE", f"/contacts/1/tags/{APPLIED_TAG}", "not_found", "User Not Found"),
    missing("detachTagFromContact", "DELETE", f"/contacts/{CONTACT}/tags/1", "not_found", "Resource Not Found"),
    Case("attachTagToConversation", 200, "POST", f"/conversations/{CONVERSATION}/tags", {"id": FREE_TAG} | BY_NOOR),
    missing(
        "attachTagToConversation",
        "POST",
        "/conversations/1/tags",
        "not_found",
        "Conversation not found",
        {"id": FREE_TAG} | BY_NOOR,
    ),
    Case("detachTagFromConversation", 200, "DELETE", f"/conversations/{CONVERSATION}/tags/{APPLIED_TAG}", BY_NOOR),
    missing(
        "detachTagFromConversation",
        "DELETE",
        f"/conversations/1/tags/{APPLIED_TAG}",
        "not_found",
        "Conversation not found",
        BY_NOOR,
    ),
    missing(
        "detachTagFromConversation",
        "DELETE",
        f"/conversations/{CONVERSATION}/tags/{FREE_TAG}",
        "tag_not_found",
        "Tag not found",
        BY_NOOR,
    ),
    Case("attachTagToTicket", 200, "POST", f"/tickets/{TICKET}/tags", {"id": FREE_TAG} | BY_NOOR),
    missing(
        "attachTagToTicket",
        "POST",
        "/tickets/1/tags",
        "ticket_not_found",
        "Ticket not found",
        {"id": FREE_TAG} | BY_NOOR,
    ),
    Case("detachTagFromTicket", 200, "DELETE", f"/tickets/{TICKET}/tags/{APPLIED_TAG}", BY_NOOR),
    missing(
        "detachTagFromTicket",
        "DELETE",
        f"/tickets/1/tags/{APPLIED_TAG}",
        "ticket_not_found",
        "Ticket not found",
        BY_NOOR,
    ),
    missing(
        "detachTagFromTicket", "DELETE", f"/tickets/{TICKET}/tags/{FREE_TAG}", "tag_not_found", "Tag not found", BY_NOOR
    ),
)

NOT_PLAYED = {("retrieveConversation", 403)}
"""A workspace without the plan for it; every other answer can be had."""


@pytest_asyncio.fixture(loop_scope="session")
async def intercom(simulator: Simulator, started: tuple[Simulator, str]) -> AsyncIterator[httpx.AsyncClient]:
    assert simulator is started[0]
    headers = {"Authorization": "Bearer test-token", "Intercom-Version": "2.10"}
    async with httpx.AsyncClient(base_url=started[1], headers=headers) as client:
        yield client


async def call(intercom: httpx.AsyncClient, case: Case) -> httpx.Response:
    return await intercom.request(case.method, case.path, json=case.body)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_answer_is_as_described(case: Case, intercom: httpx.AsyncClient, description: Description) -> None:
    answer = await call(intercom, case)

    path = answer.request.url.path
    operation = description.operation(case.method, path)
    assert operation is not None
    assert operation.id == case.operation
    assert answer.status_code == case.status
    assert description.answer_problems(case.method, path, answer.status_code, answer.content) == []
    if case.code is not None:
        (error,) = answer.json()["errors"]
        assert (error["code"], error["message"]) == (case.code, case.message)


@pytest.mark.parametrize("case", [case for case in CASES if case.status != 400], ids=str)
async def test_the_call_itself_is_as_described(case: Case, description: Description) -> None:
    url = httpx.URL(case.path)
    body = {} if case.body is None else {"body": case.body}

    assert description.request_problems(case.method, url.path, query=dict(url.params), **body) == []


@pytest.mark.parametrize("case", {case.operation: case for case in CASES}.values(), ids=lambda case: case.operation)
async def test_nobody_is_let_in_without_a_token(
    case: Case, intercom: httpx.AsyncClient, description: Description
) -> None:
    answer = await intercom.request(case.method, case.path, json=case.body, headers={"Authorization": "Bearer other"})

    problems = description.answer_problems(case.method, answer.request.url.path, 401, answer.content)
    assert answer.status_code == 401
    # Not every operation is said to answer so, but every one must.
    assert [problem for problem in problems if "is not documented" not in problem] == []


async def test_every_documented_answer_of_every_operation_is_played(description: Description) -> None:
    documented = {
        (operation_id, int(status))
        for operation_id in OPERATIONS
        for status in description.named(operation_id).document["responses"]
        if status != "401"
    }

    assert documented - {(case.operation, case.status) for case in CASES} == NOT_PLAYED
