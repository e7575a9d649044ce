"""The settings of all processes at once, as far as they can be read: for whoever wants to tell what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from cli.settings.forms import ACCESS_TOKEN, ADMIN_ID, CLIENT_SECRETS, folder
from cli.settings.reading import LIMITS, RECEIVER, WORKER, Reading, base_url
from cli.settings.section import Section
from state.settings import RedisSettings
from workers.settings import WorkerSettings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One workspace; None is what is missing or cannot be read. `mistakes` are lines without any secret.

    `limits` are the calls of a window and its length, as far as they are given.
    """

    app_id: str | None
    base_url: str | None
    access_token: str | None = field(repr=False)
    client_secrets: tuple[str, ...] | None = field(repr=False)
    admin_id: str | None
    rules: Path | None
    limits: Mapping[str, Any]
    mistakes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What the environment says. `redis` is None where it cannot be told; `mistakes` concern no workspace alone.

    `worker` has the durations and switches of the workers, their defaults where one cannot be read, and nothing else.
    """

    redis: RedisSettings | None
    redis_mistakes: tuple[str, ...]
    worker: WorkerSettings
    workspaces: tuple[Surveyed, ...]
    mistakes: tuple[str, ...]


def survey(variables: Mapping[str, str]) -> Survey:
    """Read everything, whatever is wrong with it. Never raises."""
    reading = Reading(variables)
    redis, redis_mistakes = _hear(reading, lambda: reading.redis(None))
    spaces = tuple(_surveyed(reading, app_id, section) for app_id, section in reading.sections)
    told = _readable(reading.section, WORKER)
    reading.section.given(RECEIVER)
    reading.check_names()
    return Survey(
        redis=None if redis_mistakes else redis,
        redis_mistakes=redis_mistakes,
        worker=WorkerSettings(redis=redis, workspaces=(), **told),
        workspaces=spaces,
        mistakes=tuple(dict.fromkeys(reading.mistakes)),
    )


def _surveyed(reading: Reading, app_id: str | None, section: Section) -> Surveyed:
    found, mistakes = _hear(reading, lambda: _read(app_id, section))
    return Surveyed(**found, mistakes=mistakes)


def _read(app_id: str | None, section: Section) -> dict[str, Any]:
    return {
        "app_id": app_id,
        "base_url": base_url(section),
        "access_token": section.secret("access_token", ACCESS_TOKEN),
        # The worker has no use for them, nor have those who run it.
        "client_secrets": section.given_secret("client_secrets", CLIENT_SECRETS),
        "admin_id": section.read("admin_id", ADMIN_ID),
        "rules": section.read("rules", folder(section.folder)),
        "limits": _readable(section, LIMITS),
    }


def _readable(section: Section, forms: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.given(forms).items() if value is not None}


def _hear(reading: Reading, read: Callable[[], T]) -> tuple[T, tuple[str, ...]]:
    """What was read, and the mistakes that were found there, which are told nowhere else."""
    before = len(reading.mistakes)
    found = read()
    mistakes = tuple(dict.fromkeys(reading.mistakes[before:]))
    del reading.mistakes[before:]
    return found, mistakes
