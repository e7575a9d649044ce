"""Intercom is down, or refuses us, and two workers wait for it as one."""

import itertools
from pathlib import Path

import pytest

from simulator.faults import Fault
from state import keys
from state.circuit import Circuits
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.office import APP_ID, Office, at_work
from workers.metrics import Metrics

pytestmark = pytest.mark.alone

JOBS = 60
WAIT = 0.25


async def ask_for_refunds(office: Office, jobs: int = JOBS) -> list[str]:
    """So many jobs, each of which needs one call once the tags are known."""
    for number in range(jobs):
        office.place("conversation", str(number))
    return [await office.say("conversation", str(number), "refund") for number in range(jobs)]


async def burnt(office: Office, jobs: list[str]) -> int:
    """How many attempts have been spent on `jobs`."""
    async with office.redis.pipeline() as pipe:
        for job_id in jobs:
            pipe.hget(keys.TRIES + job_id, "failures")
        return sum(int(failures or 0) for failures in await pipe.execute())


async def is_open(office: Office, scope: str) -> bool:
    return scope in [one.scope for one in await Circuits(office.redis).standing()]


def calls(office: Office, status: int) -> list[float]:
    """When calls came that were answered so."""
    return [one.received for one in office.simulator.calls.since(0) if (one.status or 0) == status]


def failed(metrics: Metrics) -> float:
    """How many calls of a worker failed, those too that never reached the other end."""
    samples = [sample for family in metrics.calls.collect() for sample in family.samples]
    return sum(one.value for one in samples if one.name.endswith("_total") and one.labels["status"] != "200")


def are_apart(office: Office, count: int) -> bool:
    """Whether each of the last so many calls came as long after the one before it as a probe has to wait."""
    received = [one.received for one in office.simulator.calls.since(0)][-count - 1 :]
    gaps = [later - earlier for earlier, later in itertools.pairwise(received)]
    return len(gaps) == count and min(gaps) > WAIT * 0.8


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, bool]]:
    """Level of each line about circuits, and whether it tells that something is mended."""
    lines = [record for record in caplog.records if record.name == "workers.gate"]
    return [(line.levelname, line.getMessage().startswith("mended")) for line in lines]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("status", status=503, path="/conversations"), id="503"),
        pytest.param(Fault("reset", path="/conversations"), id="connections reset"),
        pytest.param(Fault("hang", path="/conversations"), id="no answer"),
    ],
)
async def test_an_outage_is_probed_by_one_call_at_a_time_and_burns_nothing_by_waiting(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    async with at_work(redis_server.settings, tmp_path, outage_wait=WAIT) as office:
        second = await office.one_more_worker()
        host = f"host:{office.settings.workspaces[0].base_url}"
        office.simulator.faults.add(fault)
        jobs = await ask_for_refunds(office)
        await eventually(lambda: is_open(office, host))
        # What was under way when the circuit opened still comes; then only probes do.
        await eventually(lambda: are_apart(office, 3), timeout=60)

        assert await burnt(office, jobs) <= sum(failed(metrics) for metrics in (office.metrics, second))

        office.simulator.faults.clear()
        await office.done(within=30)

        assert all(office.tags("conversation", str(number)) == {"refund"} for number in range(JOBS))
        assert await office.letters() == ()
        counted = [
            metrics.registry.get_sample_value("autotagger_circuit_changes_total", {"circuit": "host", "change": change})
            for metrics in (office.metrics, second)
            for change in ("opened", "closed")
        ]
        assert sum(count or 0 for count in counted) == 2
    assert told(caplog) == [("ERROR", False), ("WARNING", True)]


async def test_while_the_token_is_refused_the_fleet_makes_one_call_at_a_time(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, refused_wait=0.4) as office:
        await office.one_more_worker()
        office.simulator.faults.add(Fault("status", status=401, code="unauthorized"))
        jobs = await ask_for_refunds(office)
        await eventually(lambda: is_open(office, f"workspace:{APP_ID}"))
        await eventually(lambda: len(calls(office, 401)) >= 6)

        refused = calls(office, 401)[-4:]
        assert min(later - earlier for earlier, later in itertools.pairwise(refused)) > 0.3
        assert await burnt(office, jobs) == 0

        office.simulator.faults.clear()
        await office.done(within=30)

        assert all(office.tags("conversation", str(number)) == {"refund"} for number in range(JOBS))
    assert told(caplog) == [("ERROR", False), ("WARNING", True)]


async def test_one_object_that_intercom_fails_on_stops_nothing_else(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "500")
        office.simulator.faults.add(Fault("status", status=500, path="/conversations/500/"))
        broken = await office.say("conversation", "500", "refund")

        async def has_failed_often() -> bool:
            return await burnt(office, [broken]) > 8

        await eventually(has_failed_often)

        assert not await is_open(office, f"host:{office.settings.workspaces[0].base_url}")
        await ask_for_refunds(office, 1)
        await eventually(lambda: office.tags("conversation", "0") == {"refund"})


async def test_a_worker_that_starts_in_an_outage_asks_no_more_than_the_others(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, refused_wait=30) as office:
        office.simulator.faults.add(Fault("status", status=401, code="unauthorized"))
        await ask_for_refunds(office)
        await eventually(lambda: is_open(office, f"workspace:{APP_ID}"))
        await office.workers.aclose()
        made = len(calls(office, 401))

        await office.another_worker()
        await ask_for_refunds(office)
        await eventually(lambda: office.count("autotagger_jobs_total", outcome="postponed", reason="") > 0)

        assert len(calls(office, 401)) == made
