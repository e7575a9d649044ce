"""Retry: dead letters go back to their queues, in one call for some of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from state import keys, scripts
from state.enqueue import JOB_TTL, WAKE_TOKENS

if TYPE_CHECKING:
    from redis.asyncio import Redis

DEATHS = 20
"""How many deaths of a job are remembered; of more, the last ones."""

Retried = Literal["unknown", "queued", "due now", "running", "bytes gone"]
"""`queued`: it is no dead letter any more. `due now` and `running`: it was none, since an earlier retry of it is not
over, which waited for its next try, or runs. `bytes gone`: it stays a dead letter, for nothing is left to be done."""

_RETRIED: tuple[Retried, ...] = ("unknown", "queued", "due now", "running", "bytes gone")


class Retrier:
    """Has dead letters tried again.

    What it is ended in the middle of is done as a whole or not at all: no job is lost, none is queued twice.
    """

    def __init__(self, redis: "Redis") -> None:
        self._script = scripts.register(redis, "retry")

    async def retry(self, ids: Sequence[str]) -> tuple[Retried, ...]:
        """Have the jobs `ids` tried again, each from the start, but for the changes that are made; what came of each.

        At most some hundreds at a time: Redis does nothing else meanwhile.
        """
        results = await self._script(
            keys=[keys.DEAD, keys.WAKE],
            args=[
                *(keys.LETTER, keys.JOB, keys.TRIES, keys.LEASE, keys.queue("")),
                *(int(JOB_TTL.total_seconds() * 1000), WAKE_TOKENS, DEATHS),
                *ids,
            ],
        )
        return tuple(_RETRIED[result] for result in results)
