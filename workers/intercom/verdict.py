"""Status and body of an answer → what went wrong, if anything. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workers.intercom.call import Call
from workers.intercom.errors import (
    AdminGone,
    Forbidden,
    IntercomError,
    RateLimited,
    Rejected,
    TagGone,
    TagInUse,
    TargetGone,
    Unauthorized,
    Unavailable,
)
from workers.intercom.fields import Unreadable, document
from workers.intercom.limits import Limits

_OK = range(200, 300)
_REDIRECTS = range(300, 400)
_MISTAKES = range(400, 500)
_TRY_AGAIN = frozenset({408, 409, 425})
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_TOO_MANY = 429
_NOT_FOUND = 404
_NOT_APPLIED = frozenset(range(300, 500)) - {408}
_LONGEST_MESSAGE = 200
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_NAMES_TARGET = re.compile(r"\b(conversation|ticket|user|contact|company)\b", re.IGNORECASE)
_BY_CODE: Mapping[str, type[IntercomError]] = {
    "admin_not_found": AdminGone,
    "company_not_found": TargetGone,
    "tag_has_dependent_objects": TagInUse,
    "tag_not_found": TagGone,
    "ticket_not_found": TargetGone,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came."""

    call: Call
    status: int
    body: bytes
    limits: Limits
    sent_at: float
    received_at: float


def contents(reply: Reply) -> dict[str, Any]:
    """The JSON object of an answer that did what was asked.

    Raises:
        IntercomError: the answer is a refusal, or cannot be read.
    """
    if reply.call.bodiless and reply.status in _OK and not reply.body:
        return {}
    try:
        found = document(reply.body)
    except Unreadable as unreadable:
        raise unreadable_answer(reply, unreadable) from None
    # Intercom's own Ruby client takes any body of this type for an error, whatever the status:
    # https://github.com/intercom/intercom-ruby/blob/master/lib/intercom/request.rb
    if reply.status not in _OK or found.get("type") == "error.list":
        raise _refusal(reply, _Envelope.from_json(found))
    return found


def unreadable_answer(reply: Reply, unreadable: Unreadable) -> IntercomError:
    """The error for an answer that nobody can read: its status decides where that alone is enough."""
    return _error(_by_status(reply.status), reply, _Envelope(), str(unreadable))


@dataclass(frozen=True, slots=True)
class _Envelope:
    """An `error.list`: https://developers.intercom.com/docs/references/rest-api/errors/error-objects ."""

    code: str | None = None
    message: str | None = None
    request_id: str | None = None
    about_admin: bool = False

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "_Envelope":
        listed = found.get("errors")
        errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
        first = errors[0] if errors else {}
        return cls(
            code=_name(first.get("code")) or _name(first.get("type")),
            message=_words(first.get("message")),
            request_id=_name(found.get("request_id")),
            about_admin=any(map(_is_about_admin, errors)),
        )


def _is_about_admin(error: Mapping[str, Any]) -> bool:
    return (
        error.get("code") == "admin_not_found"
        or error.get("field") == "admin_id"
        or "admin_id" in str(error.get("message"))
    )


def _name(found: object) -> str | None:
    """A code or an id from outside; nothing that could be a sentence or an address."""
    return found if isinstance(found, str) and _NAME.fullmatch(found) else None


def _words(found: object) -> str | None:
    """Text from outside, fit for a log line: one line, printable, short."""
    if not isinstance(found, str):
        return None
    line = "".join(letter if letter.isprintable() else " " for letter in found[:_LONGEST_MESSAGE])
    return line.strip() or None


def _refusal(reply: Reply, envelope: _Envelope) -> IntercomError:
    family = _by_status(reply.status)
    if family is Unavailable and envelope.code and reply.status in _MISTAKES and reply.status not in _TRY_AGAIN:
        family = _by_envelope(reply, envelope)
    return _error(family, reply, envelope)


def _by_status(status: int) -> type[IntercomError]:
    """What the status alone says. A 4xx without Intercom's envelope was made by something in between: try again."""
    if status == _TOO_MANY:
        return RateLimited
    if status == _UNAUTHORIZED:
        return Unauthorized
    if status == _FORBIDDEN:
        return Forbidden
    return Rejected if status in _REDIRECTS else Unavailable


def _by_envelope(reply: Reply, envelope: _Envelope) -> type[IntercomError]:
    named = _BY_CODE.get(envelope.code or "")
    if named is not None:
        return named
    if envelope.about_admin:
        return Unauthorized
    if reply.status == _NOT_FOUND and envelope.code == "not_found":
        return _missing(reply.call, envelope)
    return Rejected


def _missing(call: Call, envelope: _Envelope) -> type[IntercomError]:
    """Which one a 404 misses that has the same code for a contact, a conversation and a tag.

    "User Not Found" and "Conversation not found" name it. "Resource Not Found" is said of whatever the call is about,
    when a tag is attached to a contact of the tag; what an unknown tag gets elsewhere is not documented.
    """
    return TargetGone if _NAMES_TARGET.search(envelope.message or "") else call.missing


def _error(family: type[IntercomError], reply: Reply, envelope: _Envelope, remark: str | None = None) -> IntercomError:
    request = envelope.request_id and f"(request {envelope.request_id})"

    def told(message: str | None) -> str:
        words = (str(reply.status), envelope.code, message, request, remark)
        return f"{reply.call}: {' '.join(word for word in words if word)}"

    return family(
        told(envelope.message),
        plain=told(None),
        status=reply.status,
        code=envelope.code,
        message=envelope.message,
        request_id=envelope.request_id,
        limits=reply.limits,
        sent_at=reply.sent_at,
        received_at=reply.received_at,
        maybe_applied=reply.status not in _NOT_APPLIED,
    )
