"""The workspace's tags by name: rules know names, Intercom's endpoints take ids."""

import asyncio
import time
from typing import Protocol

from rules.language.values import attribute_name as folded
from workers.intercom.answers import Tag
from workers.intercom.errors import Unavailable


class Lister(Protocol):
    """Asks Intercom, within the budget."""

    async def list_tags(self) -> tuple[Tag, ...]:
        """All tags of the workspace."""

    async def create_tag(self, name: str) -> Tag:
        """The tag of that name, made if it is missing."""


class UnknownTag(Exception):
    """The workspace has no such tag, and none may be made."""


class Directory:
    """Finds the id of a tag by its name, ignoring case as Intercom does ("names are case insensitive").

    The list is read when a name is wanted that is not in it, or when it is older than `max_age` seconds, but for
    missing names not more than once in `patience` seconds.
    Source: https://developers.intercom.com/docs/references/2.10/rest-api/tags
    """

    def __init__(self, *, create: bool, max_age: float = 60.0, patience: float = 5.0) -> None:
        self._create = create
        self._max_age = max_age
        self._patience = patience
        self._ids: dict[str, str] = {}
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def find(self, name: str, lister: Lister) -> str:
        """The id of the tag called `name`.

        Raises:
            UnknownTag: there is none, and tags are not to be created.
        """
        found = await self.look_up(name, lister)
        if found is not None:
            return found
        if not self._create:
            raise UnknownTag(name)
        created = await lister.create_tag(name)
        self._ids[folded(name)] = created.id
        return created.id

    async def look_up(self, name: str, lister: Lister) -> str | None:
        """The id of the tag called `name`, or None if the workspace has no such tag."""
        async with self._reading:
            age = self._age()
            if age > self._max_age or (folded(name) not in self._ids and age > self._patience):
                await self._read(name, lister)
        return self._ids.get(folded(name))

    async def _read(self, name: str, lister: Lister) -> None:
        try:
            tags = await lister.list_tags()
        except Unavailable:
            # Ids do not change: an old list is better than none, unless a tag of it turned out to be gone.
            if self._read_at is None or folded(name) not in self._ids:
                raise
            return
        self._ids = {folded(tag.name): tag.id for tag in tags}
        self._read_at = time.monotonic()

    def forget(self) -> None:
        """A tag turned out to be gone: read the list again before the next answer."""
        self._read_at = None

    def _age(self) -> float:
        return float("inf") if self._read_at is None else time.monotonic() - self._read_at
