"""How soon a webhook is answered when Redis writes each one to disk before it says so."""

from tests.bench.child import child
from tests.bench.redis import settle, waiting_jobs
from tests.bench.result import Goal, Result, Row
from tests.redis_server import RedisServer

RATE = 500.0
SIZE = 4_000
CONNECTIONS = 32
SECONDS, SECONDS_QUICK = 20, 4
PATIENCE = 500
"""Milliseconds after which Intercom gives an endpoint less priority: https://developers.intercom.com/docs/webhooks/webhook-notifications"""


async def measure(*, quick: bool) -> Result:
    count = round(RATE * (SECONDS_QUICK if quick else SECONDS))
    with RedisServer(appendfsync="always") as redis_server:
        async with (
            redis_server.client() as redis,
            child("load") as load,
            child("receiver_process", "ours", redis_server.port) as receiver,
        ):
            port = (await receiver.ask())["port"]
            await load.ask(do="prepare", count=count, size=SIZE)
            await load.ask(do="send", port=port, connections=CONNECTIONS, most=CONNECTIONS)
            await settle(redis)
            await load.ask(do="prepare", count=count, size=SIZE)
            sent = await load.ask(do="send", port=port, connections=CONNECTIONS, most=count, rate=RATE)
            stored = await waiting_jobs(redis)
    taken, refused = sent["statuses"].get("200", 0), sent["statuses"].get("503", 0)
    if taken + refused != count or stored < taken:
        raise RuntimeError(f"sent {count}, answers were {sent['statuses']}, stored were {stored}")
    p99, longest = sent["p99"] * 1e3, sent["most"] * 1e3
    return Result(
        f"{count:,} webhooks of {SIZE / 1000:.0f} kB at {RATE:.0f}/s, each on disk first",
        (
            Row("time to the answer", "ms", sent["p50"] * 1e3, p99),
            Row("the longest", "ms", longest),
            Row("refused", "webhooks", refused),
        ),
        (
            Goal("p99:", p99, 100, "ms"),
            Goal("the longest:", longest, PATIENCE, "ms"),
            Goal("refused, because a disk or a machine took more than 0.3 s:", refused, 0, "webhooks"),
        ),
    )
