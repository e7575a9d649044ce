"""How Intercom treats a subscription whose endpoint is slow, failing, busy or gone.

https://developers.intercom.com/docs/webhooks/webhook-notifications
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

Verdict = Literal["acked", "failed", "throttled", "disabled"]


@dataclass(frozen=True, slots=True)
class Patience:
    """The documented durations, in seconds.

    An answer must come within `timeout`; a failed delivery is tried again once, after `retry_after`. A 429 holds every
    notification of the subscription back, for `first_hold` at first, longer each time, up to `longest_hold`; one that
    was held back for more than `drop_after` is dropped.
    """

    timeout: float = 5.0
    retry_after: float = 60.0
    first_hold: float = 60.0
    longest_hold: float = 7_200.0
    drop_after: float = 7_200.0

    def scaled(self, factor: float) -> "Patience":
        """The same rules in another time: a factor of 0.01 turns the minute into 0.6 s."""
        return Patience(
            timeout=self.timeout * factor,
            retry_after=self.retry_after * factor,
            first_hold=self.first_hold * factor,
            longest_hold=self.longest_hold * factor,
            drop_after=self.drop_after * factor,
        )


def verdict(status: int | None) -> Verdict:
    """What an answer means; None stands for no answer in time. Any 2xx counts as success."""
    match status:
        case HTTPStatus.GONE:
            return "disabled"
        case HTTPStatus.TOO_MANY_REQUESTS:
            return "throttled"
        case int() if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return "acked"
        case _:
            return "failed"


class Subscription:
    """Whether notifications may go out. Moments are seconds of one monotonic clock.

    That each hold is twice the one before is a choice: only its first and last length are documented.
    """

    def __init__(self, patience: Patience) -> None:
        self.disabled = False
        self._patience = patience
        self._hold = 0.0
        self._until = 0.0

    def wait(self, now: float) -> float:
        """How long a notification has to be held back yet."""
        return max(0.0, self._until - now)

    def learn(self, outcome: Verdict, now: float) -> None:
        """Take note of an answer that came at `now`.

        Answers that come during a hold belong to calls made before it: they neither lengthen nor end it.
        """
        if outcome == "disabled":
            self.disabled = True
        if now < self._until:
            return
        if outcome == "throttled":
            self._hold = min(self._patience.longest_hold, max(self._patience.first_hold, 2 * self._hold))
            self._until = now + self._hold
        elif outcome == "acked":
            self._hold = 0.0
