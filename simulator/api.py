"""Intercom's REST 2.10, as far as tagging needs it: a call goes in, an answer comes out.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from simulator import choices
from simulator.calls import Call
from simulator.errors import (
    ApiError,
    invalid_json,
    invalid_tag_parameters,
    parameter_missing,
    resource_not_found,
    unauthorized,
)
from simulator.payloads import tag as tag_document
from simulator.workspace import Admin, Applied, Kind, Tag, Tagged, Workspace, applied_tag, tag_name

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_KINDS: Mapping[str, Kind] = {"conversations": "conversation", "tickets": "ticket"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `applied` says whether the workspace changed."""

    status: int
    body: bytes
    applied: bool = False


class Api:
    """Answers calls about one workspace. `clock` gives Unix seconds."""

    def __init__(self, workspace: Workspace, *, token: str, app_id: str, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._bearer = b"Bearer " + token.encode()
        self._app_id = app_id
        self._clock = clock

    def answer(self, call: Call) -> Answer:
        """What Intercom would answer; never raises."""
        try:
            self._admit(call)
            return self._route(call)
        except ApiError as error:
            return Answer(error.status, error.body())

    def _admit(self, call: Call) -> None:
        if not hmac.compare_digest(call.headers.get(b"authorization", b""), self._bearer):
            raise unauthorized()
        version = call.headers.get(b"intercom-version")
        if version is not None and version.decode("latin-1") not in choices.VERSIONS:
            raise choices.bad_version(version.decode("latin-1"))

    def _route(self, call: Call) -> Answer:  # noqa: PLR0911 - one line a route
        match call.method, call.path.strip("/").split("/"):
            case "POST", [("conversations" | "tickets") as plural, object_id, "tags"]:
                return self._attach(_KINDS[plural], object_id, call.body)
            case "DELETE", [("conversations" | "tickets") as plural, object_id, "tags", tag_id]:
                return self._detach(_KINDS[plural], object_id, tag_id, call.body)
            case _, ["contacts", contact_id, "tags", *rest]:
                return self._contact_tags(call, self._workspace.find("contact", contact_id), rest)
            case _, ["tags", *rest]:
                return self._tags(call, rest)
            case "GET", ["conversations", object_id]:
                return self._conversation(object_id)
            case "GET", ["tickets", object_id]:
                return self._ticket(object_id)
            case "GET", ["me"]:
                return _ok(_me(self._workspace.owner, self._app_id))
            case "GET", ["admins"]:
                admins = [_admin(admin) for admin in self._workspace.admins.values()]
                return _ok({"type": "admin.list", "admins": admins})
            case "GET", ["admins", admin_id]:
                return self._admin(admin_id)
            case _:
                raise resource_not_found()

    def _attach(self, kind: Kind, object_id: str, body: bytes) -> Answer:
        fields = _fields(body)
        tag_id = _id(fields, "id")
        admin = self._acting_admin(fields)
        return self._attached(self._workspace.find(kind, object_id), tag_id, admin)

    def _attached(self, tagged: Tagged, tag_id: str, admin: Admin) -> Answer:
        applied, now = self._workspace.attach(tagged, tag_id, Applied(int(self._clock()), admin.id))
        return _ok(applied_tag(self._workspace.tags[tag_id], applied), applied=now)

    def _detach(self, kind: Kind, object_id: str, tag_id: str, body: bytes) -> Answer:
        self._acting_admin(_fields(body))
        return self._detached(self._workspace.find(kind, object_id), tag_id)

    def _detached(self, tagged: Tagged, tag_id: str) -> Answer:
        applied = self._workspace.detach(tagged, tag_id)
        return _ok(applied_tag(self._workspace.tags[tag_id], applied), applied=True)

    def _acting_admin(self, fields: Mapping[str, Any]) -> Admin:
        admin = self._workspace.admins.get(_id(fields, "admin_id"))
        if admin is None:
            raise choices.unknown_admin()
        return admin

    def _contact_tags(self, call: Call, contact: Tagged, rest: list[str]) -> Answer:
        match call.method, rest:
            case "GET", []:
                return _ok({"type": "list", "data": self._workspace.tags_on(contact)})
            case "POST", []:
                return self._attached(contact, _id(_fields(call.body), "id"), self._workspace.owner)
            case "DELETE", [tag_id]:
                return self._detached(contact, tag_id)
            case _:
                raise resource_not_found()

    def _tags(self, call: Call, rest: list[str]) -> Answer:
        match call.method, rest:
            case "GET", []:
                return _ok({"type": "list", "data": [_tag(tag) for tag in self._workspace.tags.values()]})
            case "POST", []:
                return self._create_tag(_fields(call.body))
            case "GET", [tag_id] if tag_id in self._workspace.tags:
                return _ok(_tag(self._workspace.tags[tag_id]))
            case "DELETE", [tag_id]:
                self._workspace.delete_tag(tag_id)
                return Answer(200, b"", applied=True)
            case _:
                raise resource_not_found()

    def _create_tag(self, fields: Mapping[str, Any]) -> Answer:
        # Companies and contacts are not tagged by name here, so of the four forms only create-or-update is known.
        if "companies" in fields or "users" in fields:
            raise invalid_tag_parameters()
        name = tag_name(fields.get("name"))
        if fields.get("id") is None:
            tag, changed = self._workspace.find_or_create_tag(name)
        else:
            tag, changed = self._workspace.rename_tag(_id(fields, "id"), name)
        return _ok(_tag(tag), applied=changed)

    def _admin(self, admin_id: str) -> Answer:
        admin = self._workspace.admins.get(admin_id)
        if admin is None:
            raise ApiError(404, "admin_not_found", "Admin not found")
        return _ok(_admin(admin))

    def _conversation(self, object_id: str) -> Answer:
        tagged = self._workspace.objects.get(("conversation", object_id))
        if tagged is None:
            raise resource_not_found()
        return _ok({**tagged.item, "tags": {"type": "tag.list", "tags": self._workspace.tags_on(tagged)}})

    def _ticket(self, object_id: str) -> Answer:
        tagged = self._workspace.objects.get(("ticket", object_id))
        if tagged is None:
            raise choices.unknown_ticket_to_read()
        return _ok(tagged.item)


def _ok(document: object, *, applied: bool = False) -> Answer:
    return Answer(200, _encode(document), applied)


def _fields(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        fields = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise invalid_json() from None
    if not isinstance(fields, dict):
        raise invalid_json()
    return fields


def _id(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None or value == "":
        raise parameter_missing(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise choices.bad_id(name)
    return str(value)


def _tag(tag: Tag) -> dict[str, Any]:
    return tag_document.tag(tag.id, tag.name)


def _admin(admin: Admin) -> dict[str, Any]:
    return {
        "type": "admin",
        "id": admin.id,
        "name": admin.name,
        "email": admin.email,
        "away_mode_enabled": False,
        "away_mode_reassign": False,
        "has_inbox_seat": admin.has_inbox_seat,
        "team_ids": [],
    }


def _me(admin: Admin, app_id: str) -> dict[str, Any]:
    app = {
        "type": "app",
        "id_code": app_id,
        "name": "Simulated workspace",
        "created_at": 1_600_000_000,
        "secure": False,
        "identity_verification": False,
        "timezone": "Europe/Paris",
        "region": "US",
    }
    return {
        "type": "admin",
        "id": admin.id,
        "email": admin.email,
        "name": admin.name,
        "email_verified": True,
        "app": app,
        "avatar": {"type": "avatar", "image_url": "https://avatars.example.com/128.png"},
        "has_inbox_seat": admin.has_inbox_seat,
    }
