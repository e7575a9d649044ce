"""What one job may ask of Intercom: each call within the budget, and only while the job is held."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from state.lock import Intent
from workers.desk import Desk
from workers.hold import Hold
from workers.intercom.answers import Answer, Tag

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Errand:
    """A job on its way to a desk."""

    desk: Desk
    hold: Hold

    async def call(
        self,
        operation: str,
        send: Callable[[], Awaitable[Answer[T]]],
        *,
        admin_id: str = "",
        intent: Intent | None = None,
    ) -> Answer[T]:
        """Make one call, in the name of an admin if one is given; raises what `Desk.call` raises.

        One that changes something has an `intent`, which is written down before.
        """
        return await self.desk.call(operation, send, self.hold, admin_id=admin_id, intent=intent)

    async def list_tags(self) -> tuple[Tag, ...]:
        """All tags of the workspace."""
        return (await self.call("list tags", self.desk.intercom.list_tags)).value

    async def create_tag(self, name: str) -> Tag:
        """The tag of that name, made if it is missing."""
        return (await self.call("create tag", lambda: self.desk.intercom.create_tag(name))).value
