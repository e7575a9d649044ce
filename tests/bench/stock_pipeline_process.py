"""What our receiver and our jobs would be on stock arq: its `Worker`, polling as it does, running our job's body."""

import asyncio
import sys
import time
from math import inf
from typing import Any

import msgspec
from arq.connections import RedisSettings as ArqSettings
from arq.connections import create_pool
from arq.worker import Retry, Worker, func

from cli.fleet import examples
from state.claim import Claim
from state.feed import Entry
from state.finish import Done, Later
from state.settings import RedisSettings
from tests.bench import child
from tests.bench.bodies import APP_ID
from tests.bench.house import ADMIN_ID, TOKEN
from workers.app import create_worker
from workers.hold import Hold
from workers.loop import Body
from workers.metrics import Metrics
from workers.rulebook import open_rulebooks
from workers.settings import WorkerSettings, Workspace


class StockJob:
    """The function that stock arq runs, and how long after each webhook its calls left."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.delays: list[float] = []

    async def __call__(self, ctx: dict[Any, Any], payload: bytes) -> None:
        ending = await self._body(payload, Hold(Claim(ctx["job_id"], "", "1"), until=inf))
        if isinstance(ending, Later):
            raise Retry(defer=ending.wait)
        if isinstance(ending, Done) and ending.entry:
            steps = msgspec.msgpack.decode(ending.entry, type=Entry).steps
            self.delays += [step.delay for step in steps if step.delay is not None]


async def main(redis_port: int, intercom_url: str) -> None:
    redis = RedisSettings(port=redis_port)
    workspace = Workspace(APP_ID, intercom_url, TOKEN, ADMIN_ID, examples())
    settings = WorkerSettings(redis, (workspace,))
    async with (
        await create_pool(ArqSettings(port=redis_port)) as pool,
        create_worker(settings, open_rulebooks(settings), pool, Metrics()) as ours,
    ):
        job = StockJob(ours._body)
        functions = [func(job.__call__, name="process")]
        worker = Worker(
            functions, redis_pool=pool, handle_signals=False, max_jobs=settings.concurrency, max_tries=1_000
        )
        working = asyncio.create_task(worker.async_run())

        async def tell(_: dict[str, Any]) -> dict[str, Any]:
            delays, job.delays = job.delays, []
            return {"delays": delays, "at": time.time()}

        await child.answer(tell)
        working.cancel()
        await asyncio.gather(working, *worker.tasks.values(), return_exceptions=True)


if __name__ == "__main__":
    child.run(main(int(sys.argv[1]), sys.argv[2]))
