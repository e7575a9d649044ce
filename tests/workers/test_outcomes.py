"""Whatever becomes of a job, it ends once, and its ending is counted by its reason."""

from collections import Counter
from pathlib import Path

from simulator.faults import Fault
from state import keys
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.office import APP_ID, Office, at_work

ENDINGS = {"done", "dead"}


async def test_over_all_reasons_as_many_jobs_end_as_there_were(redis_server: RedisServer, tmp_path: Path) -> None:
    async with redis_server.client() as redis:
        await redis.hset(keys.TRIES + f"{APP_ID}:notif_poison", "abandoned", "3")  # type: ignore[misc]
    async with at_work(redis_server.settings, tmp_path, missing=("angry",), retry_limit=0.05) as office:
        for number in ("1", "2", "3", "5", "6", "7"):
            office.place("conversation", number)
        office.simulator.faults.add(Fault("status", status=500, path="/conversations/6"))
        await office.say("conversation", "1", "hello")
        await office.say("conversation", "2", "refund")
        await office.say("conversation", "3", "furious")
        await office.say("conversation", "404", "refund")
        await office.say("conversation", "5", "a refund, please. " + "tedious " * 3_000)
        await office.say("conversation", "6", "refund")
        await office.say("conversation", "7", "refund", notification_id="notif_poison")
        await office.redis.zadd(keys.queue(APP_ID), {f"{APP_ID}:notif_without_bytes": 1})
        await office.done()
        await eventually(lambda: endings(office).total() == 8)

        assert endings(office) == Counter(
            {
                "": 2,
                "unknown tag": 1,
                "not_found": 1,
                "too much work": 1,
                "gave up": 1,
                "ended its worker": 1,
                "payload gone": 1,
            }
        )
        assert len(await office.letters()) == 6


def endings(office: Office) -> Counter[str]:
    """How many jobs have ended, by reason; runs after which a job is tried again are no endings."""
    found: Counter[str] = Counter()
    for family in office.metrics.registry.collect():
        for sample in family.samples:
            if sample.name == "autotagger_jobs_total" and sample.labels["outcome"] in ENDINGS:
                found[sample.labels["reason"]] += int(sample.value)
    return found
