"""Where a word stands in Redis, wherever that is."""

from redis.asyncio import Redis


async def holding(redis: Redis, word: str) -> list[str]:
    """The keys that hold a word, in their name or in anything below them."""
    wanted = word.encode()
    found = [key async for key in redis.scan_iter(count=1_000) if wanted in key + await _content(redis, key)]
    return sorted(key.decode("utf-8", "replace") for key in found)


async def _content(redis: Redis, key: bytes) -> bytes:
    name = key.decode()
    match (await redis.type(key)).decode():
        case "string":
            parts = [await redis.get(key)]
        case "hash":
            pairs = await redis.hgetall(name)  # type: ignore[misc]
            parts = [part for pair in pairs.items() for part in pair]
        case "list":
            parts = await redis.lrange(name, 0, -1)  # type: ignore[misc]
        case "set":
            parts = list(await redis.smembers(name))  # type: ignore[misc]
        case "zset":
            parts = await redis.zrange(key, 0, -1)
        case "stream":
            parts = [part for _, fields in await redis.xrange(key) for pair in fields.items() for part in pair]
        case _:
            parts = []
    return b"\0".join(part for part in parts if part is not None)
