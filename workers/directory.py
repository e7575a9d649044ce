"""The workspace's tags by name: rules know names, Intercom's endpoints take ids."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from typing import Protocol

from rules.language.values import attribute_name as folded
from workers.intercom.answers import Tag
from workers.intercom.errors import Unavailable

log = logging.getLogger(__name__)


class Lister(Protocol):
    """Asks Intercom, within the budget."""

    async def list_tags(self) -> tuple[Tag, ...]:
        """All tags of the workspace."""

    async def create_tag(self, name: str) -> Tag:
        """The tag of that name, made if it is missing."""


class Memory(Protocol):
    """Knows for good which tag a name of the rules means."""

    async def known(self) -> Mapping[str, str]:
        """All ids by folded name."""

    async def keep(self, name: str, tag_id: str) -> None:
        """From now on, this folded name means this tag."""


class UnknownTag(Exception):
    """The workspace has no such tag, and none may be made."""


class Directory:
    """Finds the id of a tag by its name, ignoring case as Intercom does ("names are case insensitive").

    A name means the tag that it was first found to mean, as long as that exists, whatever it is called by now: one that
    is renamed in Intercom is not made anew. The list is read when a name is wanted that is not in it, or when it is
    older than `max_age` seconds, but for missing names not more than once in `patience` seconds.
    Source: https://developers.intercom.com/docs/references/2.10/rest-api/tags
    """

    def __init__(self, memory: Memory, *, create: bool, max_age: float = 60.0, patience: float = 5.0) -> None:
        self._memory = memory
        self._create = create
        self._max_age = max_age
        self._patience = patience
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._meant: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()
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
        self._ids[folded(name)], self._names[created.id] = created.id, created.name
        await self._keep(name, created.id)
        return created.id

    async def look_up(self, name: str, lister: Lister) -> str | None:
        """The id of the tag called `name`, or None if the workspace has no such tag."""
        async with self._reading:
            age = self._age()
            if age > self._max_age or (self._meaning(name) is None and age > self._patience):
                await self._read(lister, enough=self._meaning(name) is not None)
        found = self._meaning(name)
        if found is not None and self._meant.get(folded(name)) != found:
            await self._keep(name, found)
        return found

    async def names(self, ids: Iterable[str], lister: Lister) -> Mapping[str, str]:
        """The names of all tags by id, as new as `ids` need: one that is not among them is gone."""
        ids = frozenset(ids)
        async with self._reading:
            age = self._age()
            known = ids <= self._names.keys()
            if age > self._max_age or (not known and age > self._patience):
                await self._read(lister, enough=known)
        return self._names

    def name_of(self, tag_id: str) -> str | None:
        """What the tag is called now, None if there is none, as far as the list tells."""
        return self._names.get(tag_id)

    def forget(self) -> None:
        """A tag turned out to be gone, or renamed: read the list again before the next answer."""
        self._read_at = None

    def _meaning(self, name: str) -> str | None:
        meant = self._meant.get(folded(name))
        if meant is None or meant not in self._names:
            return self._ids.get(folded(name))
        self._tell(name, meant)
        return meant

    def _tell(self, name: str, meant: str) -> None:
        now = self._names[meant]
        if folded(now) != folded(name) and (name, now) not in self._told:
            self._told.add((name, now))
            log.warning('tag "%s" (%s) is called "%s" in Intercom; it stays the same tag', name, meant, now)

    async def _keep(self, name: str, tag_id: str) -> None:
        await self._memory.keep(folded(name), tag_id)
        self._meant[folded(name)] = tag_id

    async def _read(self, lister: Lister, *, enough: bool) -> None:
        try:
            tags = await lister.list_tags()
        except Unavailable:
            # Ids do not change: an old list is better than none, unless a tag of it turned out to be gone.
            if self._read_at is None or not enough:
                raise
            return
        self._meant = dict(await self._memory.known())
        self._ids = {folded(tag.name): tag.id for tag in tags}
        self._names = {tag.id: tag.name for tag in tags}
        self._read_at = time.monotonic()

    def _age(self) -> float:
        return float("inf") if self._read_at is None else time.monotonic() - self._read_at
