"""How to refuse while nothing can be stored.

Intercom tries again once, after a minute, when it hears 503, and pauses delivery after 1,000 errors in a row; on 429 it
holds deliveries back for up to two hours instead of losing them. So an outage begins with 503 and goes on with 429.
Source: https://developers.intercom.com/docs/webhooks/webhook-notifications
"""

OUTAGE_SECONDS = 30.0
OUTAGE_REFUSALS = 100


class Refusals:
    """Counts refusals in a row. `now` is any clock that only goes forward, in seconds."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._count = 0

    def status(self, now: float) -> int:
        """The status to refuse this request with: 503 at first, 429 after 30 s or 100 refusals."""
        if self._since is None:
            self._since = now
        self._count += 1
        lasting = now - self._since > OUTAGE_SECONDS or self._count > OUTAGE_REFUSALS
        return 429 if lasting else 503

    def over(self) -> None:
        """Something was stored: the next refusal begins a new outage."""
        self._since = None
        self._count = 0
