"""Who and what there is in a workspace: the token's admin, teammates, teams, segments."""

from dataclasses import dataclass, field

from workers.intercom.answers import Answer, Page, page
from workers.intercom.call import LARGEST_LIST, Call
from workers.intercom.connection import Connection
from workers.intercom.errors import AdminGone
from workers.intercom.fields import a_text, an_id, an_object, each, flag_or_none, ids, inner, text_or_none
from workers.intercom.ids import checked


@dataclass(frozen=True, slots=True)
class Me:
    """Whom the access token belongs to; `app_id` is the workspace as webhooks name it.

    `timezone` is the workspace's, in the words of the time zone database, such as America/Los_Angeles.
    """

    admin_id: str
    app_id: str | None
    region: str | None
    timezone: str | None = None
    name: str | None = None
    has_inbox_seat: bool | None = None


@dataclass(frozen=True, slots=True)
class Admin:
    """A teammate. `has_inbox_seat` and `away` are None where the answer does not say."""

    id: str
    name: str | None
    email: str | None = field(repr=False)
    has_inbox_seat: bool | None
    away: bool | None
    team_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """A group of admins."""

    id: str
    name: str
    admin_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of contacts that Intercom keeps by a rule; `person_type` is `user` or `contact`, which means lead."""

    id: str
    name: str
    person_type: str | None


class WorkspaceCalls(Connection):
    """The calls about the workspace as a whole."""

    async def me(self) -> Answer[Me]:
        """Whom the token belongs to."""
        return await self._ask(Call("GET", "/me"), me)

    async def list_admins(self) -> Answer[tuple[Admin, ...]]:
        """All teammates; this list has no pages."""
        return await self._ask(Call("GET", "/admins", largest=LARGEST_LIST), _admins)

    async def find_admin(self, admin_id: str) -> Answer[Admin]:
        """One teammate.

        Raises:
            AdminGone: there is none of that id.
            IntercomError: see there.
        """
        return await self._ask(Call("GET", f"/admins/{checked(admin_id, 'admin')}", missing=AdminGone), admin)

    async def list_teams(self) -> Answer[tuple[Team, ...]]:
        """All teams; this list has no pages."""
        return await self._ask(Call("GET", "/teams", largest=LARGEST_LIST), _teams)

    async def list_segments(self) -> Answer[Page[Segment]]:
        """The segments of the workspace; Intercom describes no way to ask for a second page, if there should be one."""
        return await self._ask(Call("GET", "/segments", largest=LARGEST_LIST), segments)


def me(found: object) -> Me:
    """The admin behind the token. Raises Unreadable without an id."""
    fields = an_object(found, "an admin")
    return Me(
        admin_id=an_id(fields, "an admin"),
        app_id=text_or_none(inner(fields, "app", "id_code")),
        region=text_or_none(inner(fields, "app", "region")),
        timezone=text_or_none(inner(fields, "app", "timezone")),
        name=text_or_none(fields.get("name")),
        has_inbox_seat=flag_or_none(fields.get("has_inbox_seat")),
    )


def admin(found: object) -> Admin:
    """A teammate. Raises Unreadable without an id."""
    fields = an_object(found, "an admin")
    return Admin(
        id=an_id(fields, "an admin"),
        name=text_or_none(fields.get("name")),
        email=text_or_none(fields.get("email")),
        has_inbox_seat=flag_or_none(fields.get("has_inbox_seat")),
        away=flag_or_none(fields.get("away_mode_enabled")),
        team_ids=ids(fields.get("team_ids")),
    )


def team(found: object) -> Team:
    """A team. Raises Unreadable without id and name."""
    fields = an_object(found, "a team")
    return Team(an_id(fields, "a team"), a_text(fields, "name", "a team"), ids(fields.get("admin_ids")))


def segment(found: object) -> Segment:
    """A segment. Raises Unreadable without id and name."""
    fields = an_object(found, "a segment")
    return Segment(
        an_id(fields, "a segment"), a_text(fields, "name", "a segment"), text_or_none(fields.get("person_type"))
    )


def segments(found: object) -> Page[Segment]:
    """Segments of a workspace, or of a contact: they stand under another name there."""
    return page(found, ("segments", "data"), segment)


def _admins(found: object) -> tuple[Admin, ...]:
    # An admin may be null in this list, by the API's description.
    listed = an_object(found, "a list of admins").get("admins")
    return each([one for one in listed if one is not None] if isinstance(listed, list) else listed, "admins", admin)


def _teams(found: object) -> tuple[Team, ...]:
    return each(an_object(found, "a list of teams").get("teams"), "teams", team)
