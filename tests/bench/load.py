"""A process that sends webhooks: `prepare` some, then `send` them, as often as you like."""

from typing import Any

from tests.bench import bodies, child
from tests.bench.samples import median, p99
from tests.bench.wire import exchange_all


class Load:
    def __init__(self) -> None:
        self._requests: list[bytes] = []

    async def __call__(self, question: dict[str, Any]) -> dict[str, Any]:
        if question.pop("do") == "prepare":
            self._requests = bodies.requests(question["count"], question["size"])
            return {}
        return await self._send(**question)

    async def _send(self, *, port: int, connections: int, most: int, rate: float | None = None) -> dict[str, Any]:
        found = await exchange_all(port, self._requests[:most], connections=connections, rate=rate)
        times = {"p50": median(found.took), "p99": p99(found.took), "most": max(found.took)}
        return {"rate": found.rate, "statuses": found.statuses, **times}


if __name__ == "__main__":
    child.run(child.answer(Load()))
