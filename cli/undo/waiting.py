"""What an undo waits for when nothing goes on, each reason said once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from redis.asyncio import Redis

from cli.status import circuits
from cli.status.amounts import length
from state.circuit import Circuits
from workers.settings import Workspace
from workers.undo.run import Work

ROOM = "a slot in the rate budget, or for objects that the workers have in hand"


@dataclass(slots=True)
class Waiting:
    """Tells `say` why no object of a batch could be finished, whenever that is for another reason than before."""

    redis: Redis
    workspace: Workspace
    patience: float
    say: Callable[[str], None]
    told: set[str] = field(default_factory=set)

    async def tell(self, later: Sequence[Work]) -> None:
        """Say what these wait for. Redis's errors pass through."""
        for reason in await self._reasons(later):
            if reason not in self.told:
                self.told.add(reason)
                self.say(f"waiting, for {length(self.patience)} at most without any progress, for {reason}")

    async def _reasons(self, later: Sequence[Work]) -> list[str]:
        failures = {f"what Intercom did not do: {work.failure}" for work in later if work.failure is not None}
        workspace = self.workspace
        stopped = [
            f"a circuit to close: {circuits.what(circuit)} ({circuit.reason}); `autotagger status` tells when it is "
            "tried again"
            for circuit in await Circuits(self.redis).standing()
            if circuit.concerns(workspace.app_id, workspace.base_url)
        ]
        return stopped or sorted(failures)[:1] or [ROOM]
