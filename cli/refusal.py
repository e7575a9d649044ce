"""What a command says when Intercom does not do it: Intercom's own words first, then what to do."""

from workers.intercom.errors import (
    AdminGone,
    IntercomError,
    RateLimited,
    TagGone,
    TagInUse,
    TargetGone,
    Unauthorized,
    Unavailable,
)

FORBIDDEN = 403

_BY_CODE = {
    "api_plan_restricted": "the workspace's plan does not include this",
    "intercom_version_invalid": "Intercom does not know the API version that this program speaks: update it",
}

_BY_KIND: dict[type[IntercomError], str] = {
    TargetGone: "there is no such object in this workspace: check the id, and the workspace",
    TagGone: "there is no such tag: `autotagger tags list` shows those that there are",
    RateLimited: "the rate limit is used up, perhaps by others in this workspace: try again in a minute",
    Unavailable: "Intercom cannot say now: try again in a minute",
    TagInUse: "take the tag out of what uses it, in Intercom, and try again",
    AdminGone: "name a teammate of this workspace: AUTOTAGGER_ADMIN_ID, or --admin",
    Unauthorized: "the access token or the admin is not accepted: `autotagger doctor` tells which",
}


def told(error: IntercomError) -> tuple[str, str]:
    """Two lines: the call with status, code, message and request id, and the remedy."""
    return f"Intercom: {error}", remedy(error)


def remedy(error: IntercomError) -> str:
    """What to do about it, in a sentence."""
    if isinstance(error, Unavailable) and error.maybe_applied:
        return "Intercom cannot say now, and a change may have been made all the same: look before you try again"
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if isinstance(error, Unauthorized) and error.status == FORBIDDEN:
        return "the app may not do this: give it the permission in the Developer Hub"
    return _BY_KIND.get(type(error), "Intercom will not do this, however often it is asked")
