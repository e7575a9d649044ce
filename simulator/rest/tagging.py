"""Putting one tag on one conversation, ticket or contact, and taking it off."""

from simulator import choices
from simulator.rest.request import Answer, Request, ok, required_id
from simulator.workspace.admins import Admin
from simulator.workspace.objects import Kind, Tagged
from simulator.workspace.state import Workspace
from simulator.workspace.tags import Applied, applied_tag


def attach_by_admin(workspace: Workspace, request: Request, kind: Kind, object_id: str) -> Answer:
    """`POST /conversations/{id}/tags` and `/tickets/{id}/tags`: the body names the tag and who puts it on."""
    fields = request.fields()
    tag_id = required_id(fields, "id")
    admin = _acting_admin(workspace, request)
    return attach(workspace, request, workspace.find(kind, object_id), tag_id, admin)


def detach_by_admin(workspace: Workspace, request: Request, kind: Kind, object_id: str, tag_id: str) -> Answer:
    """`DELETE /conversations/{id}/tags/{id}` and `/tickets/{id}/tags/{id}`: the body names who takes it off."""
    _acting_admin(workspace, request)
    return detach(workspace, request, workspace.find(kind, object_id), tag_id)


def attach(workspace: Workspace, request: Request, tagged: Tagged, tag_id: str, admin: Admin) -> Answer:
    """The tag is on the object."""
    applied, now = workspace.attach(tagged, tag_id, Applied(int(request.now), admin.id))
    return ok(applied_tag(workspace.tags[tag_id], applied), applied=now)


def detach(workspace: Workspace, request: Request, tagged: Tagged, tag_id: str) -> Answer:
    """The tag is off the object."""
    applied = workspace.detach(tagged, tag_id, now=int(request.now))
    return ok(applied_tag(workspace.tags[tag_id], applied), applied=True)


def _acting_admin(workspace: Workspace, request: Request) -> Admin:
    admin = workspace.admins.get(required_id(request.fields(), "admin_id"))
    if admin is None:
        raise choices.unknown_admin()
    return admin
