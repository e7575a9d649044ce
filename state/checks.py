"""Whether a Redis can be trusted with jobs: asked once, at the start."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis.exceptions import ResponseError

from state.connection import NotAdmitted

if TYPE_CHECKING:
    from redis.asyncio import Redis


OLDEST = "7.0"
"""Older ones run scripts on replicas that may not write, and find out in the middle."""


class Unsuitable(Exception):
    """This Redis would lose jobs. `reasons` are sentences, each with its remedy."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Suitability:
    """What was found: `refusals` stop the start, `warnings` are for the log."""

    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def judge(info: dict[str, Any]) -> Suitability:
    """Judge a Redis by its `INFO`.

    Eviction under any policy but `noeviction` drops jobs that were acknowledged; in Cluster mode the keys of one job
    lie in several slots, so that no script could change them together.
    """
    refusals = []
    version = str(info.get("redis_version", OLDEST))
    if _numbers(version) < _numbers(OLDEST):
        refusals.append(f"Redis is of version {version}: use {OLDEST} or newer, or Valkey")
    if _says_yes(info.get("cluster_enabled")) or info.get("redis_mode") == "cluster":
        refusals.append(
            "Redis runs in Cluster mode, which is not supported: use one primary, with Sentinel if you like"
        )
    policy = info.get("maxmemory_policy")
    if policy is not None and policy != "noeviction":
        refusals.append(
            f"Redis has maxmemory-policy {policy}, which would drop jobs when memory is short: set it to noeviction"
        )
    warnings = []
    if "aof_enabled" in info and not _says_yes(info["aof_enabled"]):
        warnings.append("Redis writes no append-only file: what it holds is lost when it crashes; set appendonly yes")
    return Suitability(tuple(refusals), tuple(warnings))


async def check(redis: "Redis") -> tuple[str, ...]:
    """Ask `redis` and return the warnings.

    Raises:
        Unsuitable: it must not be used.
    """
    try:
        suitability = judge(await redis.info("everything"))
    except NotAdmitted as refused:
        reason = (
            f"Redis does not let us in ({refused}): name user and password in REDIS_URL or AUTOTAGGER_REDIS_PASSWORD"
        )
        raise Unsuitable((reason,)) from None
    except ResponseError as refused:
        return (f"Redis does not answer INFO ({refused}), so its settings could not be checked",)
    if suitability.refusals:
        raise Unsuitable(suitability.refusals)
    return suitability.warnings


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _says_yes(value: object) -> bool:
    return str(value) == "1"
