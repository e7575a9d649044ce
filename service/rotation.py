"""Client secrets while the process runs: a changed file is taken up without a restart."""

import asyncio
from collections.abc import Callable, Sequence

from service.metrics import Metrics
from service.settings import Source
from service.webhook import Webhook

Reread = Callable[[], Sequence[Source] | None]
"""The workspaces and their client secrets as they are now; None where the last ones are to stay."""


async def follow(webhook: Webhook, reread: Reread, metrics: Metrics, *, every: float) -> None:
    """Have `webhook` trust what `reread` says every so many seconds, until cancelled."""
    metrics.reread(successful=True)
    while True:
        await asyncio.sleep(every)
        sources = await asyncio.to_thread(reread)
        metrics.reread(successful=sources is not None)
        if sources is not None:
            webhook.trust(sources)
