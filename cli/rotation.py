"""Secrets while a process runs: what its files hold is taken up without a restart."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from cli.settings import SettingsError

T = TypeVar("T")

log = logging.getLogger(__name__)


class Rotation(Generic[T]):
    """Secrets, read again every so many seconds; a change is told, and so is each mistake, once.

    `name` is what the log calls them, `last` what they were at the start, and `read` gets them from the environment and
    its files, or raises SettingsError. `current` is told whether those in use are those in the files.
    """

    def __init__(
        self,
        name: str,
        last: T,
        read: Callable[[Mapping[str, str]], T],
        *,
        current: Callable[[bool], object],
        every: float,
    ) -> None:
        self._name = name
        self._last = last
        self._read = read
        self._current = current
        self._every = every
        self._mistakes: tuple[str, ...] = ()

    async def follow(self, take_up: Callable[[T], None]) -> None:
        """Give every change to `take_up`, until cancelled. What cannot be read changes nothing."""
        self._current(True)
        while True:
            await asyncio.sleep(self._every)
            try:
                found = await asyncio.to_thread(self._read, os.environ)
            except SettingsError as error:
                self._tell(error.mistakes)
                continue
            self._current(True)
            self._mistakes = ()
            if found != self._last:
                log.info("the %s have changed, and are taken up", self._name)
                self._last = found
                take_up(found)

    def _tell(self, mistakes: tuple[str, ...]) -> None:
        self._current(False)
        if mistakes != self._mistakes:
            for mistake in mistakes:
                log.error("the %s stay as they were: %s", self._name, mistake)
        self._mistakes = mistakes
