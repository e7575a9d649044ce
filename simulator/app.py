"""The simulator as one ASGI application: REST for callers, `/_simulator/` for whoever directs the play."""

import time
from collections.abc import Callable
from email.utils import formatdate
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.calls import Call, Calls, Record
from simulator.connection import Connection
from simulator.errors import rate_limit_exceeded
from simulator.faults import Faults
from simulator.misbehaviour import misbehave
from simulator.population.populate import populate
from simulator.population.size import Size
from simulator.rest.api import Api
from simulator.rest.request import Answer
from simulator.settings import SimulatorSettings
from simulator.stories.runs import Runs
from simulator.webhooks.echo import echo
from simulator.webhooks.notifier import Address, Notifier
from simulator.windows import Windows
from simulator.workspace.state import Workspace

CONTROL = "/_simulator"
DAY = 86_400


class Simulator:
    """One pretended Intercom. `clock` gives Unix seconds; `control` answers what is below `/_simulator`."""

    def __init__(self, settings: SimulatorSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.clock = clock
        self.control: ASGIApp | None = None
        self.runs = Runs(settings)
        self.notifier = Notifier(settings, clock)
        self._begin()

    def populate(self, size: Size, *, seed: int, now: int | None = None) -> None:
        """Invent more of a workspace: what happened before `now` (Unix seconds), last midnight in UTC unless given."""
        midnight = int(self.clock()) // DAY * DAY
        moment = midnight if now is None else now
        populate(self.workspace, size, seed=seed, now=moment, app_id=self.settings.app_id)

    async def reset(self) -> None:
        """Begin anew: no faults, nothing under way, workspace and limits as they were set at the start."""
        await self.aclose()
        self._begin()

    async def aclose(self) -> None:
        """Stop what is being sent."""
        await self.runs.aclose()
        await self.notifier.aclose()

    def _begin(self) -> None:
        self.workspace = Workspace(timezone=self.settings.timezone)
        if self.settings.size:
            self.populate(self.settings.size, seed=self.settings.seed, now=self.settings.now)
        self.api = Api(self.workspace, token=self.settings.token, app_id=self.settings.app_id, clock=self.clock)
        self.windows = Windows(self.settings.window, self.settings.limit)
        self.calls = Calls()
        self.faults = Faults()
        self.echo_to = Address(self.settings.echo) if self.settings.echo else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        send = partial(self._send, send)
        if self.control is not None and scope["path"].startswith(CONTROL + "/"):
            await self.control(scope, receive, send)
        else:
            await self._rest(scope, Connection(scope, receive, send))

    async def _send(self, send: Send, message: Message) -> None:
        """Date each answer by the clock that everything else goes by."""
        if message["type"] == "http.response.start":
            dated = (b"date", formatdate(self.clock(), usegmt=True).encode())
            message = {**message, "headers": [*message.get("headers", ()), dated]}
        await send(message)

    async def _rest(self, scope: Scope, connection: Connection) -> None:
        received = self.clock()
        call = Call(
            scope["method"], scope["path"], dict(scope["headers"]), await connection.body(), scope["query_string"]
        )
        record = self.calls.add(received, call)
        admitted = self.windows.take(received)
        limits = self.windows.headers(received)
        fault = self.faults.strike(call.method, call.path) if admitted else None
        if fault is not None:
            record.fault = fault.kind
            act = partial(self._act, call, record)
            record.status = await misbehave(fault, act, connection, limits)
            return
        answer = self._act(call, record) if admitted else _refusal()
        record.status = answer.status
        await connection.answer(answer.status, answer.body, limits)

    def _act(self, call: Call, record: Record) -> Answer:
        answer = self.api.answer(call)
        record.applied = answer.applied
        self._echo()
        return answer

    def _echo(self) -> None:
        taggings = self.workspace.take_taggings()
        if self.echo_to is None:
            return
        for tagging in taggings:
            told = echo(self.workspace, tagging)
            if told is not None:
                self.notifier.post(self.echo_to, *told)


def _refusal() -> Answer:
    error = rate_limit_exceeded()
    return Answer(error.status, error.body())
