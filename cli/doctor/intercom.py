"""What the doctor finds about a workspace in Intercom."""

import time
from collections.abc import Collection

from cli import refusal
from cli.caller import Calls, NoBudget, NoSlot
from cli.doctor import access, clock
from cli.doctor.access import Listed
from cli.doctor.clock import Offset
from cli.doctor.line import Line, Verdict
from cli.settings import Surveyed
from rules.language.values import Kind
from workers.intercom.errors import AdminGone, IntercomError, Unauthorized
from workers.intercom.regions import BASE_URLS
from workers.intercom.workspace import Me

DATE_GRAIN = 1.0
"""Seconds: a Date header has no fractions."""
NOT_ACCEPTED = 401

_HOPELESS = {NOT_ACCEPTED: "the token is not accepted", None: "Intercom did not answer"}
"""By status, None for no answer at all: where asking on would bring the same."""


async def examine_intercom(calls: Calls, space: Surveyed, kinds: Collection[Kind]) -> tuple[list[Line], Listed]:
    """The lines about Intercom, and what there is in the workspace as far as it could be listed.

    `kinds` are those that the rules are about. Where the first call is hopeless, it stays the only one.
    """
    before = time.time()
    try:
        answer = await calls.call(lambda intercom: intercom.me())
    except (NoSlot, NoBudget) as error:
        return unknown(str(error), space.app_id), Listed()
    except IntercomError as error:
        return await _without_me(calls, space, kinds, error, before)
    me = answer.value
    token = Line("token", "ok", f"accepted; it belongs to admin {me.admin_id}", workspace=space.app_id)
    first = [token, _app_id(me, space), _region(me, space)]
    return await _rest(calls, space, kinds, first, _clock(answer.date, before, space))


def unknown(why: str, workspace: str | None) -> list[Line]:
    """The lines that `examine_intercom` would bring, where nobody could ask."""
    return [
        *_cannot(("token", "app_id", "region", "admin"), why, workspace),
        *access.unknown(why, workspace),
        access.writing(workspace),
        *_cannot(("intercom clock",), why, workspace),
    ]


async def _without_me(
    calls: Calls, space: Surveyed, kinds: Collection[Kind], error: IntercomError, before: float
) -> tuple[list[Line], Listed]:
    hopeless = _HOPELESS.get(error.status)
    verdict: Verdict = "wrong" if hopeless or isinstance(error, Unauthorized) else "could not be checked"
    token = Line("token", verdict, str(error), _token_remedy(error), space.app_id)
    clock_line = _clock(error.limits.date, before, space)
    if hopeless:
        return [token, *unknown(hopeless, space.app_id)[1:-1], clock_line], Listed()
    first = [token, *_cannot(("app_id", "region"), "GET /me did not answer", space.app_id)]
    return await _rest(calls, space, kinds, first, clock_line)


async def _rest(
    calls: Calls, space: Surveyed, kinds: Collection[Kind], first: list[Line], clock_line: Line
) -> tuple[list[Line], Listed]:
    admin = await _admin(calls, space)
    permissions, listed = await access.examine_access(calls, kinds, space.app_id)
    return [*first, admin, *permissions, access.writing(space.app_id), clock_line], listed


def _token_remedy(error: IntercomError) -> str:
    if error.status == NOT_ACCEPTED:
        return "put the app's access token, from the Developer Hub, into AUTOTAGGER_ACCESS_TOKEN or its file"
    if error.status is None:
        return "check AUTOTAGGER_REGION or AUTOTAGGER_INTERCOM_URL, and whether this machine may call it"
    return refusal.remedy(error)


def _app_id(me: Me, space: Surveyed) -> Line:
    if me.app_id is None or space.app_id is None:
        words = "Intercom does not say" if space.app_id else f"none is set; Intercom says {me.app_id}"
        return Line("app_id", "could not be checked", words, workspace=space.app_id)
    if me.app_id == space.app_id:
        return Line("app_id", "ok", "the token's workspace", workspace=space.app_id)
    words = f"the token is of workspace {me.app_id}, and the setting says {space.app_id}"
    remedy = "set the app_id to the token's, or take the token of that workspace"
    return Line("app_id", "wrong", words, remedy, space.app_id)


def _region(me: Me, space: Surveyed) -> Line:
    """https://developers.intercom.com/building-apps/docs/rest-apis ."""
    region = next((name for name, url in BASE_URLS.items() if url == space.base_url), None)
    if region is None or me.region is None:
        words = f"the address is {space.base_url}, and Intercom says {me.region or 'nothing'}"
        return Line("region", "could not be checked", words, workspace=space.app_id)
    if region == me.region.lower():
        return Line("region", "ok", region, workspace=space.app_id)
    words = f"the workspace is in {me.region}, and the setting says {region}"
    return Line("region", "warning", words, f"set AUTOTAGGER_REGION to {me.region.lower()}", space.app_id)


async def _admin(calls: Calls, space: Surveyed) -> Line:
    admin_id, workspace = space.admin_id, space.app_id
    if admin_id is None:
        return Line("admin", "could not be checked", "none is set", workspace=workspace)
    try:
        found = (await calls.call(lambda intercom: intercom.find_admin(admin_id))).value
    except AdminGone as error:
        return Line(
            "admin", "wrong", str(error), "set the admin_id to the id of a teammate of this workspace", workspace
        )
    except IntercomError as error:
        return Line("admin", "could not be checked", str(error), refusal.remedy(error), workspace)
    except (NoSlot, NoBudget) as error:
        return Line("admin", "could not be checked", str(error), workspace=workspace)
    # Whether tagging needs a seat is not documented.
    seat = {True: "with an inbox seat", False: "without an inbox seat", None: "perhaps without an inbox seat"}
    return Line("admin", "ok", f"{found.id}, {seat[found.has_inbox_seat]}", workspace=workspace)


def _clock(date: float | None, before: float, space: Surveyed) -> Line:
    if date is None:
        return Line("intercom clock", "could not be checked", "no answer told the time", workspace=space.app_id)
    return clock.of_intercom(Offset.between(date, before, time.time(), grain=DATE_GRAIN), space.app_id)


def _cannot(subjects: tuple[str, ...], why: str, workspace: str | None) -> list[Line]:
    return [Line(subject, "could not be checked", why, workspace=workspace) for subject in subjects]
