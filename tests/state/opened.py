"""Circuits that are open, for tests of what is told of them."""

from redis.asyncio import Redis

from state.circuit import Circuit, Circuits


async def opened(redis: Redis, scope: str, reason: str = "503") -> None:
    """A circuit through which the first call failed; it is probed in an hour."""
    circuits, circuit = Circuits(redis), Circuit(scope, first=3_600, longest=3_600)
    passage = await circuits.ask([circuit])
    await circuits.failed(circuit, passage, by="here:1", reason=reason)
