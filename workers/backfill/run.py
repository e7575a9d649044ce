"""One backfill: reading what there was, and handing the jobs of it to the workers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from state.backfill import Backfill, Backfills, Handed, Progress
from workers.backfill import search
from workers.backfill.events import Events

LOOK = 0.5
"""Seconds between two looks at how far the workers have come."""
_CHUNK = 10
"""Objects whose events are noted together: so much is read again at most when a backfill was ended."""


async def read(events: Events, *, clock: Callable[[], float] = time.time) -> AsyncIterator[Progress]:
    """Read on from where the backfill has come to, and tell how far it is again and again; the last has no position.

    Raises:
        Gone: somebody dropped it; Over: somebody else brought it to its end.
        IntercomError: see `Line.call`. It goes on from here when it is called again.
    """
    backfills, run, asked, line = events.backfills, events.run, events.asked, events.line
    position = (await backfills.progress(run)).position
    if position is None:
        return
    noted = line.calls
    async for stretch in search.changed(asked.kind, asked.since, position, line, clock):
        for start in range(0, len(stretch.found), _CHUNK):
            objects = stretch.found[start : start + _CHUNK]
            found = await events.of(objects)
            names = [f"{asked.kind}:{one.id}" for one in objects]
            await backfills.plan(run, asked, position, found, read=names, calls=line.calls - noted)
            noted = line.calls
            yield await backfills.progress(run)
        if stretch.whole:
            position = stretch.end
            await backfills.plan(run, asked, position, calls=line.calls - noted)
            noted = line.calls
            yield await backfills.progress(run)
    await backfills.plan(run, asked, None, calls=line.calls - noted)
    yield await backfills.progress(run)


async def hand_over(backfills: Backfills, run: str, asked: Backfill) -> AsyncIterator[Handed]:
    """Hand the jobs to the workers, few at a time, and tell how many are left, until they are all done.

    Raises:
        Gone: somebody dropped it; Over: somebody else brought it to its end.
    """
    while True:
        handed = await backfills.release(run, asked)
        yield handed
        if not handed.left and not handed.waiting:
            return
        await asyncio.sleep(LOOK)
