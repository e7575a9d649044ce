"""A webhook endpoint without a network and without Redis, which remembers what it was to store."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from service.app import PATH, around
from service.metrics import Metrics
from service.settings import ReceiverSettings, Source
from service.webhook import Webhook
from state.enqueue import Entry, Stored
from state.settings import RedisSettings
from tests.service.receiver import APP_ID, SECRET

Headers = list[tuple[bytes, bytes]]


@dataclass
class Recorder:
    """Takes everything, as an enqueuer does whose Redis is well."""

    entries: list[Entry] = field(default_factory=list)

    async def enqueue(self, entry: Entry) -> Stored:
        self.entries.append(entry)
        return "stored"


class Ear:
    """The endpoint; what it does with one request is over when it is answered."""

    def __init__(self) -> None:
        self.stored = Recorder()
        self.metrics = Metrics()
        settings = ReceiverSettings(RedisSettings(), (Source(APP_ID, (SECRET,)),))
        self.app = around(Webhook(settings, self.stored, self.metrics))  # type: ignore[arg-type]  # its one method

    def hear(self, body: bytes, headers: Headers) -> int:
        """The status that a request is answered with; nothing has to be waited for."""
        hearing = self._hear(body, headers)
        with pytest.raises(StopIteration) as over:
            hearing.send(None)
        return int(over.value.value)

    async def _hear(self, body: bytes, headers: Headers) -> int:
        answers: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answers.append(message["status"])

        await self.app({"type": "http", "method": "POST", "path": PATH, "headers": headers}, receive, send)
        (status,) = answers
        return status

    def outcomes(self) -> dict[str, float]:
        """How many requests had which outcome, without those that none had."""
        (family,) = self.metrics.received.collect()
        counted = [sample for sample in family.samples if sample.name.endswith("_total") and sample.value]
        return {sample.labels["outcome"]: sample.value for sample in counted}
