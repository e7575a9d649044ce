"""`/conversations`: one conversation, its tags, and the search.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations
"""

from simulator.documents.conversation import conversation_document, found_document
from simulator.errors import resource_not_found
from simulator.rest.request import Answer, Request, ok
from simulator.rest.tagging import attach_by_admin, detach_by_admin
from simulator.rest.version import CONVERSATIONS_NAME_A_COMPANY, conversation_in
from simulator.search.page import answer_search
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace


def answer(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/conversations`."""
    match request.method, request.steps[1:]:
        case "POST", ["search"]:
            page = answer_search(workspace, "conversation", request.fields(), now=request.now)
            found = [found_document(workspace, conversation) for conversation in page.found]
            pages = {"total_count": page.total, "pages": page.document()}
            return ok({"type": "conversation.list", "conversations": found, **pages})
        case "GET", [conversation_id]:
            return _show(workspace, request, conversation_id)
        case "POST", [conversation_id, "tags"]:
            return attach_by_admin(workspace, request, "conversation", conversation_id)
        case "DELETE", [conversation_id, "tags", tag_id]:
            return detach_by_admin(workspace, request, "conversation", conversation_id, tag_id)
        case _:
            raise resource_not_found()


def _show(workspace: Workspace, request: Request, conversation_id: str) -> Answer:
    conversation = workspace.objects.get(("conversation", conversation_id))
    if conversation is None:
        raise resource_not_found()
    plain = request.query.get("display_as") == "plaintext"
    document = conversation_in(request.version, conversation_document(workspace, conversation, plain=plain))
    if request.version >= CONVERSATIONS_NAME_A_COMPANY:
        document = {**document, "company": _company(workspace, conversation)}
    return ok(document)


def _company(workspace: Workspace, conversation: Tagged) -> dict[str, str] | None:
    """The first company of the first contact."""
    for reference in conversation.item.get("contacts", {}).get("contacts", ()):
        contact = workspace.objects.get(("contact", reference["id"]))
        for company_id in contact.companies if contact is not None else ():
            return {"type": "company", "id": company_id}
    return None
