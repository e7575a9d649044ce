"""Whether a Redis can be trusted with jobs: asked once, at the start."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis.exceptions import ResponseError

from state.connection import NotAdmitted

if TYPE_CHECKING:
    from redis.asyncio import Redis


OLDEST = "7.0"
"""Older ones run scripts on replicas that may not write, and find out in the middle."""
NEARLY_FULL = 0.85
"""The share of Redis's memory from which on nothing more is taken; the rest is for working off what is there."""


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


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that matters about a Redis, and what is wrong with it: at most one of `refusal` and `warning`.

    `subject` is `version`, `mode`, `policy`, `persistence` or `memory`; `found` is what it says. All are for people.
    """

    subject: str
    found: str
    refusal: str | None = None
    warning: str | None = None


def examine(info: dict[str, Any]) -> tuple[Fact, ...]:
    """What `INFO` says of a Redis, fact by fact; what it does not say is left out.

    Eviction under any policy but `noeviction` drops jobs that were acknowledged; in Cluster mode the keys of one job
    lie in several slots, so that no script could change them together.
    """
    return tuple(fact for look in (_version, _mode, _policy, _persistence, _memory) if (fact := look(info)))


def judge(info: dict[str, Any]) -> Suitability:
    """Judge a Redis by its `INFO`: how full its memory is, is for others to watch."""
    facts = [fact for fact in examine(info) if fact.subject != "memory"]
    return Suitability(
        tuple(fact.refusal for fact in facts if fact.refusal), tuple(fact.warning for fact in facts if fact.warning)
    )


def _version(info: dict[str, Any]) -> Fact | None:
    if "redis_version" not in info:
        return None
    version = str(info["redis_version"])
    old = _numbers(version) < _numbers(OLDEST)
    refusal = f"Redis is of version {version}: use {OLDEST} or newer, or Valkey" if old else None
    server = f"Valkey {info['valkey_version']}, which speaks as Redis " if "valkey_version" in info else ""
    return Fact("version", f"{server}{version}", refusal)


def _mode(info: dict[str, Any]) -> Fact | None:
    if "cluster_enabled" not in info and "redis_mode" not in info:
        return None
    if _says_yes(info.get("cluster_enabled")) or info.get("redis_mode") == "cluster":
        refusal = "Redis runs in Cluster mode, which is not supported: use one primary, with Sentinel if you like"
        return Fact("mode", "Cluster", refusal)
    return Fact("mode", "no Cluster")


def _policy(info: dict[str, Any]) -> Fact | None:
    if "maxmemory_policy" not in info:
        return None
    policy = str(info["maxmemory_policy"])
    if policy == "noeviction":
        return Fact("policy", policy)
    refusal = f"Redis has maxmemory-policy {policy}, which would drop jobs when memory is short: set it to noeviction"
    return Fact("policy", policy, refusal)


def _persistence(info: dict[str, Any]) -> Fact | None:
    if "aof_enabled" not in info:
        return None
    if _says_yes(info["aof_enabled"]):
        # INFO does not say which of the two it is, and CONFIG is seldom allowed.
        lost = "a crash can lose the last second with appendfsync everysec, nothing with always"
        return Fact("persistence", f"append-only file; {lost}")
    warning = "Redis writes no append-only file: what it holds is lost when it crashes; set appendonly yes"
    return Fact("persistence", "no append-only file", warning=warning)


def _memory(info: dict[str, Any]) -> Fact | None:
    if "used_memory" not in info:
        return None
    used, limit = int(info["used_memory"]), int(info.get("maxmemory", 0))
    if not limit:
        return Fact("memory", f"{_mebibytes(used)} used, without a maxmemory")
    found = f"{_mebibytes(used)} used of {_mebibytes(limit)}"
    if used < limit * NEARLY_FULL:
        return Fact("memory", found)
    warning = f"Redis is nearly full ({found}): webhooks are refused from {NEARLY_FULL:.0%} on; give it more memory"
    return Fact("memory", found, warning=warning)


async def check(redis: "Redis") -> tuple[str, ...]:
    """Ask `redis` and return the warnings.

    Raises:
        Unsuitable: it must not be used.
    """
    try:
        suitability = judge(await redis.info("everything"))
    except NotAdmitted as refused:
        raise Unsuitable((not_admitted(refused),)) from None
    except ResponseError as refused:
        return (no_info(refused),)
    if suitability.refusals:
        raise Unsuitable(suitability.refusals)
    return suitability.warnings


def not_admitted(refused: NotAdmitted) -> str:
    """What to say to somebody whom Redis does not let in."""
    return f"Redis does not let us in ({refused}): name user and password in REDIS_URL or AUTOTAGGER_REDIS_PASSWORD"


def no_info(refused: ResponseError) -> str:
    """What to say where `INFO` is forbidden."""
    return f"Redis does not answer INFO ({refused}), so its settings could not be checked"


def _mebibytes(count: int) -> str:
    return f"{count / 2**20:,.1f} MiB"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _says_yes(value: object) -> bool:
    return str(value) == "1"
