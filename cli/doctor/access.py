"""What the app may do in Intercom, as far as calls that change nothing can tell."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from cli import refusal
from cli.caller import Calls, NoBudget, NoSlot
from cli.doctor.line import Line, Verdict
from rules.language.values import Kind
from workers.intercom.answers import Answer, Tag
from workers.intercom.client import Intercom
from workers.intercom.errors import IntercomError, RateLimited, Unauthorized, Unavailable
from workers.intercom.query import Filter

NO_ANSWER = (IntercomError, NoSlot, NoBudget)
"""How a call may fail that the doctor makes."""

ANYTHING = Filter("created_at", ">", 0)


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission, in Intercom's words, and a call that needs it and changes nothing.

    `kinds` are the objects whose rules cannot do without it, None where nothing can.
    https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/oauth-scopes
    """

    name: str
    ask: Callable[[Intercom], Awaitable[Answer[Any]]]
    kinds: frozenset[Kind] | None


@dataclass(frozen=True, slots=True)
class Listed:
    """What there is in the workspace, each None if it could not be listed; `admins` are ids."""

    tags: tuple[Tag, ...] | None = None
    admins: frozenset[str] | None = None


READ_TAGS = Permission("Read tags", lambda intercom: intercom.list_tags(), None)
READ_ADMINS = Permission("Read admins", lambda intercom: intercom.list_admins(), frozenset())

PERMISSIONS = (
    READ_TAGS,
    Permission(
        "Read conversations",
        lambda intercom: intercom.search_conversations(ANYTHING, per_page=1),
        frozenset({"conversation"}),
    ),
    Permission("Read tickets", lambda intercom: intercom.search_tickets(ANYTHING, per_page=1), frozenset({"ticket"})),
    Permission(
        "Read and list users and companies",
        lambda intercom: intercom.search_contacts(ANYTHING, per_page=1),
        frozenset({"contact", "company"}),
    ),
    READ_ADMINS,
)


async def examine_access(calls: Calls, kinds: Collection[Kind], workspace: str | None) -> tuple[list[Line], Listed]:
    """A line a permission, and what the calls have listed; `kinds` are what the rules are about."""
    found = {permission: await _ask(permission, calls) for permission in PERMISSIONS}
    tags, admins = found[READ_TAGS], found[READ_ADMINS]
    lines = [_line(permission, answer, kinds, workspace) for permission, answer in found.items()]
    return lines, Listed(
        tags=tags.value if isinstance(tags, Answer) else None,
        admins=frozenset(admin.id for admin in admins.value) if isinstance(admins, Answer) else None,
    )


def writing(workspace: str | None) -> Line:
    """The line about what only a change would tell."""
    words = "whether tags may be written shows only when one is"
    remedy = "in the Developer Hub, the app needs Write tags, Write conversations and Write tickets"
    return Line("permission to write", "could not be checked", words, remedy, workspace)


def unknown(why: str, workspace: str | None) -> list[Line]:
    """The same lines where nobody could ask."""
    return [Line(_subject(one), "could not be checked", why, workspace=workspace) for one in PERMISSIONS]


async def _ask(permission: Permission, calls: Calls) -> Answer[Any] | Exception:
    try:
        return await calls.call(permission.ask)
    except NO_ANSWER as error:
        return error


def _line(
    permission: Permission, found: Answer[Any] | Exception, kinds: Collection[Kind], workspace: str | None
) -> Line:
    subject = _subject(permission)
    match found:
        case Unauthorized():
            needed = permission.kinds is None or not permission.kinds.isdisjoint(kinds)
            verdict: Verdict = "wrong" if needed else "warning"
            remedy = f"give the app {permission.name} in the Developer Hub{'' if needed else ', if it is to be used'}"
            return Line(subject, verdict, str(found), remedy, workspace)
        case RateLimited() | Unavailable():
            return Line(subject, "could not be checked", str(found), refusal.remedy(found), workspace)
        case Exception():
            return Line(subject, "could not be checked", str(found), workspace=workspace)
        case _:
            return Line(subject, "ok", "not refused", workspace=workspace)


def _subject(permission: Permission) -> str:
    return f"permission {permission.name}"
