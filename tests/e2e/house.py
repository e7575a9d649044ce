"""The whole house in real processes: Redis, simulator, receiver, workers."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from redis.asyncio import Redis

from cli.fleet import Program, examples, redis_url, running
from rules.reading.loader import load
from state import keys
from state.dead import DeadLetters, Letter
from tests.redis_server import RedisServer
from tests.waiting import eventually

APP_ID, ADMIN_ID = "q4mx81zt", "5017001"

QUICK = {
    "AUTOTAGGER_LEASE": "1.5",
    "AUTOTAGGER_RETRY_BASE": "0.05",
    "AUTOTAGGER_RETRY_CAP": "0.5",
    "AUTOTAGGER_REFUSED_WAIT": "0.3",
    "AUTOTAGGER_OUTAGE_WAIT": "0.2",
    "AUTOTAGGER_CALL_TIMEOUT": "1",
    "AUTOTAGGER_COMPLETION_WAIT": "5",
}
"""A worker in a hurry: production's durations, shortened."""


@dataclass
class House:
    """What a test drives. `variables` are those of a worker, to start another one."""

    redis_server: RedisServer
    redis: Redis
    simulator: httpx.AsyncClient
    receiver: Program
    receiver_variables: dict[str, str]
    variables: dict[str, str]
    stack: contextlib.AsyncExitStack
    workers: list[Program] = field(default_factory=list)
    front: str | None = None
    """The webhook's address where something stands before the receiver."""

    @property
    def webhook(self) -> str:
        """Where Intercom sends to."""
        return self.front or self.receiver.urls[0]

    async def start_worker(self) -> Program:
        """One more worker."""
        worker = await self.stack.enter_async_context(running("worker", variables=self.variables))
        self.workers.append(worker)
        return worker

    async def start_receiver(self) -> None:
        """Another receiver beside the one there is, which takes its place here."""
        self.receiver = await self.stack.enter_async_context(running("serve", variables=self.receiver_variables))

    async def restart_receiver(self, how: signal.Signals) -> None:
        """End the receiver, and start another on the same port."""
        self.receiver.process.send_signal(how)
        await self.receiver.process.wait()
        port = {"AUTOTAGGER_PORT": str(httpx.URL(self.webhook).port)}
        variables = self.receiver_variables | port
        self.receiver = await self.stack.enter_async_context(running("serve", variables=variables))

    async def end_worker(self, worker: Program, how: signal.Signals) -> int:
        """End it and give its exit code."""
        self.workers.remove(worker)
        worker.process.send_signal(how)
        return await worker.process.wait()

    async def heal(self) -> None:
        """Have the simulator behave."""
        (await self.simulator.delete("/_simulator/faults")).raise_for_status()

    async def fault(self, **fault: Any) -> None:
        """Have the simulator misbehave."""
        (await self.simulator.post("/_simulator/faults", json=fault)).raise_for_status()

    async def know_tags(self) -> None:
        """Have the workspace know every tag of the rules."""
        rule_set = load(examples()).rule_set
        assert rule_set is not None
        for name in rule_set.tags:
            (await self.simulator.post("/_simulator/tags", json={"name": name})).raise_for_status()

    async def tag_id(self, name: str) -> str:
        """The id of a tag; it is made if need be."""
        return str((await self.simulator.post("/_simulator/tags", json={"name": name})).json()["id"])

    async def seed(self, kind: str, object_id: str, *tags: str, companies: tuple[str, ...] = (), **fields: Any) -> None:
        """Make an object known to the simulator: its tags, the companies of a contact, and fields that differ."""
        document = {"id": object_id, "tags": list(tags), "companies": list(companies), "item": fields}
        (await self.simulator.post(f"/_simulator/{_plural(kind)}", json=document)).raise_for_status()

    async def tags(self, kind: str, object_id: str) -> set[str]:
        """The names of the tags that are on an object now."""
        state = (await self.simulator.get("/_simulator/state")).json()
        return {tag["name"] for tag in state[_plural(kind)][object_id]["tags"]}

    async def calls(self, path: str) -> list[dict[str, Any]]:
        """The calls that the simulator has received below `path`, GETs left out."""
        found = (await self.simulator.get("/_simulator/calls")).json()["calls"]
        return [call for call in found if call["path"].startswith(path) and call["method"] != "GET"]

    async def reads(self) -> list[str]:
        """The paths of the GETs that the simulator has received."""
        found = (await self.simulator.get("/_simulator/calls")).json()["calls"]
        return [call["path"] for call in found if call["method"] == "GET"]

    async def send(self, **wanted: Any) -> None:
        """Have the simulator invent events and send them to the receiver."""
        document = {"url": self.webhook, "time_scale": 0.02, "timeout": 5, **wanted}
        (await self.simulator.post("/_simulator/send", json=document)).raise_for_status()

    async def run(self) -> dict[str, Any]:
        """What became of what was sent."""
        (run,) = (await self.simulator.get("/_simulator/deliveries")).json()["runs"]
        return dict(run)

    async def sent(self) -> bool:
        """Whether every notification has its outcome."""
        runs = (await self.simulator.get("/_simulator/deliveries", params={"brief": "yes"})).json()["runs"]
        return all(run["done"] for run in runs)

    async def all_done(self) -> None:
        """Wait until no job is left."""
        await eventually(self.idle, timeout=20)

    async def idle(self) -> bool:
        """Whether no job is left."""
        return not await self.redis.zcard(keys.queue(APP_ID))

    async def settled(self, within: float = 60) -> dict[str, Any]:
        """Wait until all is sent and no job is left; what became of it."""
        await eventually(self.sent, timeout=within)
        await eventually(self.idle, timeout=within)
        return await self.run()

    async def letters(self) -> tuple[Letter, ...]:
        """The dead letters."""
        return await DeadLetters(self.redis).newest()


def _instead(usual: dict[str, str], variables: dict[str, str]) -> dict[str, str]:
    """`usual` with what differs; a secret that is in a file is nowhere else."""
    kept = {name: value for name, value in usual.items() if f"{name}_FILE" not in variables}
    return kept | variables


def _plural(kind: str) -> str:
    return "companies" if kind == "company" else f"{kind}s"


@contextlib.asynccontextmanager
async def at_home(
    redis_server: RedisServer,
    *,
    workers: int = 1,
    simulator: tuple[str, ...] = (),
    variables: dict[str, str] | None = None,
    receiver: dict[str, str] | None = None,
) -> AsyncIterator[House]:
    """A house with `workers` workers.

    `simulator` are the simulator's arguments, `variables` and `receiver` the workers' and the receiver's settings.
    """
    redis = {"REDIS_URL": redis_url(redis_server.settings), "AUTOTAGGER_APP_ID": APP_ID}
    ports = {"AUTOTAGGER_HOST": "127.0.0.1", "AUTOTAGGER_OPS_PORT": "0"}
    secret = {"AUTOTAGGER_PORT": "0", "AUTOTAGGER_CLIENT_SECRETS": "test-client-secret"}
    of_receiver = redis | ports | secret | (receiver or {})
    async with contextlib.AsyncExitStack() as stack:
        intercom, listener = await asyncio.gather(
            stack.enter_async_context(running("simulator", "--port", "0", *simulator, variables={})),
            stack.enter_async_context(running("serve", variables=of_receiver)),
        )
        of_worker = {
            "AUTOTAGGER_ACCESS_TOKEN": "test-token",
            "AUTOTAGGER_ADMIN_ID": ADMIN_ID,
            "AUTOTAGGER_INTERCOM_URL": intercom.urls[0],
            "AUTOTAGGER_RULES": str(examples()),
        }
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=intercom.urls[0], timeout=30, trust_env=False)
        )
        redis_client = await stack.enter_async_context(redis_server.client())
        house = House(
            redis_server,
            redis_client,
            client,
            listener,
            of_receiver,
            _instead(redis | ports | of_worker | QUICK, variables or {}),
            stack,
        )
        await asyncio.gather(*(house.start_worker() for _ in range(workers)))
        yield house
