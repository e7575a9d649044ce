"""How a call to Intercom can fail, named for what the caller should do about it."""

from workers.intercom.limits import Limits

NO_LIMITS = Limits()


class IntercomError(Exception):
    """A call that did not bring what was asked for.

    `status` is None when there was no answer, and so are `sent_at` and `received_at` (`time.monotonic()`), between
    which the answer was made. `code`, `message` and `request_id` are the words of Intercom's error envelope, or None.
    The message may quote a customer, and so does what `str` gives, for whoever asked at a terminal; `plain` says the
    same without it, for logs and whatever is kept.
    `maybe_applied` says that the change may have been made all the same, so that only a look or a repeat can tell.
    """

    def __init__(
        self,
        reason: str,
        *,
        plain: str | None = None,
        status: int | None = None,
        code: str | None = None,
        message: str | None = None,
        request_id: str | None = None,
        limits: Limits = NO_LIMITS,
        sent_at: float | None = None,
        received_at: float | None = None,
        maybe_applied: bool = False,
    ) -> None:
        super().__init__(reason)
        self.plain = reason if plain is None else plain
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.limits = limits
        self.sent_at = sent_at
        self.received_at = received_at
        self.maybe_applied = maybe_applied


class RateLimited(IntercomError):
    """Too many calls: feed the budget and wait for its next slot."""


class Unavailable(IntercomError):
    """Intercom cannot say now, or nobody can read what it says: try again later."""


class Unauthorized(IntercomError):
    """The token or the admin is not accepted: stop calling this workspace until a person has mended that."""


class Forbidden(Unauthorized):
    """The app has no permission for this call: stop making such calls until a person gives it; others may go on."""


class AdminGone(Unauthorized):
    """The admin does not exist: nothing can be done in that name until a person names another."""


class Rejected(IntercomError):
    """Intercom will never do this: give up this change."""


class TargetGone(Rejected):
    """The conversation, ticket, contact or company does not exist, or was merged into another."""


class TagGone(Rejected):
    """The tag does not exist any more: look its name up again, once."""


class TagInUse(Rejected):
    """The tag cannot be deleted: the message names what depends on it."""


class Unsendable(Rejected, ValueError):
    """Nothing was sent: the API has no such call, or takes no such id or query."""
