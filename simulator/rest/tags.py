"""`/tags`: list, find, delete, and the four forms of `POST`.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import choices
from simulator.documents.tag import tag_document
from simulator.errors import ApiError, invalid_tag_parameters, resource_not_found
from simulator.rest.request import Answer, Request, ok, required_id
from simulator.rest.version import TAGGING_BY_NAME_SAYS_WHAT_IT_DID
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace
from simulator.workspace.tags import Applied, Tag, tag_name


def answer(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/tags`."""
    match request.method, request.steps[1:]:
        case "GET", []:
            return ok({"type": "list", "data": [tag_document(tag) for tag in workspace.tags.values()]})
        case "POST", []:
            return _create(workspace, request)
        case "GET", [tag_id]:
            return ok(tag_document(workspace.find_tag(tag_id)))
        case "DELETE", [tag_id]:
            workspace.delete_tag(tag_id)
            return Answer(200, b"", applied=True)
        case _:
            raise resource_not_found()


def _create(workspace: Workspace, request: Request) -> Answer:
    fields = request.fields()
    name = tag_name(fields.get("name"))
    match [form for form in ("companies", "users") if form in fields]:
        case []:
            return _create_or_rename(workspace, fields, name)
        case ["companies"]:
            return _tag_by_name(workspace, request, name, "companies", _company)
        case ["users"]:
            return _tag_by_name(workspace, request, name, "users", _user)
        case _:
            raise invalid_tag_parameters()


def _create_or_rename(workspace: Workspace, fields: Mapping[str, Any], name: str) -> Answer:
    if fields.get("id") is None:
        tag, changed = workspace.find_or_create_tag(name)
    else:
        tag, changed = workspace.rename_tag(required_id(fields, "id"), name)
    return ok(tag_document(tag), applied=changed)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One entry of `companies` or `users`: what it names, None if that is unknown, and whether the tag is to go."""

    named: str
    tagged: Tagged | None
    untag: bool = False


def _tag_by_name(
    workspace: Workspace,
    request: Request,
    name: str,
    form: str,
    read: Callable[[Workspace, Mapping[str, Any], bool], _Wanted],
) -> Answer:
    tolerant = request.version >= TAGGING_BY_NAME_SAYS_WHAT_IT_DID
    entries = [read(workspace, entry, tolerant) for entry in _entries(request.fields()[form])]
    tag, created = workspace.find_or_create_tag(name)
    changed = [_apply(workspace, request, tag, entry) for entry in entries]
    said = {form: [_outcome(entry) for entry in entries]} if tolerant else {}
    return ok(tag_document(tag) | said, applied=created or any(changed))


def _entries(value: object) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        raise invalid_tag_parameters()
    return value


def _company(workspace: Workspace, entry: Mapping[str, Any], tolerant: bool) -> _Wanted:
    untag = choices.untags(entry)
    if entry.get("id") is not None:
        named, find = required_id(entry, "id"), lambda: workspace.find("company", named)
    elif entry.get("company_id") is not None:
        named, find = required_id(entry, "company_id"), lambda: workspace.company_known_as(named)
    else:
        raise invalid_tag_parameters()
    return _Wanted(named, _found(find, tolerant), untag)


def _user(workspace: Workspace, entry: Mapping[str, Any], tolerant: bool) -> _Wanted:
    if entry.get("id") is None:
        raise invalid_tag_parameters()
    named = required_id(entry, "id")
    return _Wanted(named, _found(lambda: workspace.find("contact", named), tolerant), choices.untags(entry))


def _found(find: Callable[[], Tagged], tolerant: bool) -> Tagged | None:
    try:
        return find()
    except ApiError:
        if tolerant:
            return None
        raise


def _apply(workspace: Workspace, request: Request, tag: Tag, entry: _Wanted) -> bool:
    """Whether that changed anything."""
    if entry.tagged is None:
        return False
    if not entry.untag:
        return workspace.attach(entry.tagged, tag.id, Applied(int(request.now), workspace.owner.id))[1]
    if tag.id not in entry.tagged.tags:
        return False
    workspace.detach(entry.tagged, tag.id, now=int(request.now))
    return True


def _outcome(entry: _Wanted) -> dict[str, Any]:
    known = entry.tagged is not None
    return {"id": entry.tagged.id if entry.tagged else entry.named, "tagged": known and not entry.untag}
