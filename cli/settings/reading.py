"""From the environment to the settings of each process; a process reads only the secrets that it needs."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cached_property
from typing import Any, Literal

from cli.settings import environment, redis_address, workspaces
from cli.settings.forms import (
    ACCESS_TOKEN,
    ADMIN_ID,
    APP,
    APP_ID,
    CLIENT_SECRETS,
    COUNT,
    DAYS,
    FILE,
    HOST,
    INTERCOM_URL,
    LOG_FORMAT,
    PORT,
    REGION,
    SECONDS,
    SIZE,
    SWEEP_INTERVAL,
    SWITCH,
    Form,
    folder,
)
from cli.settings.section import Section
from service.settings import ReceiverSettings, Source
from state.apps import Allowance
from state.settings import RedisSettings
from workers.settings import WorkerSettings, Workspace

RECEIVER: dict[str, Form[Any]] = {
    "host": HOST,
    "port": PORT,
    "ops_port": PORT,
    "body_limit": SIZE,
    "request_timeout": SECONDS,
    "connections": COUNT,
    "secrets_interval": SECONDS,
    "dead_letters": COUNT,
    "completion_wait": SECONDS,
}

WORKER: dict[str, Form[Any]] = {
    "host": HOST,
    "ops_port": PORT,
    "create_tags": SWITCH,
    "concurrency": COUNT,
    "ledger_days": DAYS,
    "sweep_interval": SWEEP_INTERVAL,
    "dead_letters": COUNT,
    **{field.name: SECONDS for field in fields(WorkerSettings) if field.type is float},
}

LOGS: dict[str, Form[Any]] = {"log_format": LOG_FORMAT}

LIMITS: dict[str, Form[Any]] = {"calls_per_window": COUNT, "calls_of_all_apps": COUNT, "window": SECONDS, "app": APP}

SECRETS = ("client_secrets", "access_token")
WORKSPACE_KEYS = (*SECRETS, *(f"{key}_file" for key in SECRETS), "admin_id", "region", "intercom_url", "rules", *LIMITS)

KEYS = frozenset(
    {
        *RECEIVER,
        *WORKER,
        *redis_address.KEYS,
        "workspaces",
        "app_id",
        "operator",
        *LOGS,
        *WORKSPACE_KEYS,
    }
)


def receiver_settings(variables: Mapping[str, str], redis: RedisSettings | None = None) -> ReceiverSettings:
    """The settings of `autotagger serve`; `redis` where the environment names none.

    Raises:
        SettingsError: with every mistake in `variables`.
    """
    reading = Reading(variables)
    settings = reading.receiver(reading.redis(redis))
    reading.check()
    return settings


def sources(variables: Mapping[str, str]) -> tuple[Source, ...]:
    """The workspaces and their client secrets, from the environment and the files that it names as they are now.

    Raises:
        SettingsError: with every mistake about them.
    """
    reading = Reading(variables)
    found = reading.sources()
    reading.section.check()
    return found


def access_tokens(variables: Mapping[str, str]) -> dict[str, str]:
    """The access token of each workspace, from the environment and the files that it names as they are now.

    Raises:
        SettingsError: with every mistake about them.
    """
    reading = Reading(variables)
    found = {app_id: section.secret("access_token", ACCESS_TOKEN) for app_id, section in reading.sections}
    reading.section.check()
    return found


def limits(variables: Mapping[str, str]) -> dict[str, Allowance]:
    """The most calls in a window, how long that is, and in the name of which app, by workspace.

    Raises:
        SettingsError: with every mistake about them.
    """
    reading = Reading(variables)
    if not (reading.section.has("app_id") or reading.section.has("workspaces")):
        return {}
    usual: dict[str, Any] = {field.name: field.default for field in fields(Workspace)}
    found = {app_id: usual | section.given(LIMITS) for app_id, section in reading.sections}
    reading.section.check()
    return {app_id: Allowance(one["calls_per_window"], one["window"], one["app"]) for app_id, one in found.items()}


def log_format(variables: Mapping[str, str]) -> Literal["text", "json"] | None:
    """How to write the log; None where nobody says. A wrong one is a mistake of the process's own settings."""
    found: Literal["text", "json"] | None = Reading(variables).section.given(LOGS).get("log_format")
    return found


def worker_settings(variables: Mapping[str, str], redis: RedisSettings | None = None) -> WorkerSettings:
    """The settings of `autotagger worker`; `redis` where the environment names none.

    Raises:
        SettingsError: with every mistake in `variables`.
    """
    reading = Reading(variables)
    settings = reading.worker(reading.redis(redis))
    reading.check()
    return settings


def both_settings(
    variables: Mapping[str, str], redis: RedisSettings | None = None
) -> tuple[ReceiverSettings, WorkerSettings]:
    """The settings of receiver and worker in one process.

    Raises:
        SettingsError: with every mistake in `variables`.
    """
    reading = Reading(variables)
    where = reading.redis(redis)
    receiver, worker = reading.receiver(where), reading.worker(where)
    reading.check()
    return receiver, worker


def redis_settings(variables: Mapping[str, str]) -> RedisSettings | None:
    """The Redis that the environment names; None where it names none.

    Raises:
        SettingsError: with every mistake in the variables about Redis.
    """
    reading = Reading(variables)
    found = redis_address.find(reading.url, reading.section)
    reading.section.check()
    return found


class Reading:
    """One pass over the environment, which `check` ends. What cannot be read is None, and a line in `mistakes`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        mistakes: list[str] = []
        self.variables = variables
        self.mistakes = mistakes
        self.section = environment.prefixed(variables, mistakes)
        self.url = environment.redis_url(variables, mistakes)

    def check(self) -> None:
        """Raise SettingsError for the mistakes so far, and for variables that are no settings."""
        self.section.given(LOGS)
        self.check_names()
        self.section.check()

    def check_names(self) -> None:
        """Add a line for each variable that is no setting."""
        environment.check_names(self.variables, KEYS, self.mistakes)

    def redis(self, otherwise: RedisSettings | None) -> RedisSettings:
        """Where Redis is, else `otherwise`."""
        found = redis_address.find(self.url, self.section) or otherwise
        if found is None and not self.url.has_secret("redis_url"):
            self.url.mistake("redis_url", f"is missing; wanted {redis_address.URL.wanted}, or AUTOTAGGER_REDIS_HOST")
        return found or RedisSettings()

    def receiver(self, redis: RedisSettings) -> ReceiverSettings:
        """What `autotagger serve` is told."""
        return ReceiverSettings(redis=redis, sources=self.sources(), **self.section.given(RECEIVER))

    def sources(self) -> tuple[Source, ...]:
        """The workspaces that may send webhooks."""
        return tuple(
            Source(app_id, section.secret("client_secrets", CLIENT_SECRETS)) for app_id, section in self.sections
        )

    def worker(self, redis: RedisSettings) -> WorkerSettings:
        """What `autotagger worker` is told."""
        spaces = tuple(_workspace(app_id, section) for app_id, section in self.sections)
        return WorkerSettings(redis=redis, workspaces=spaces, **self.section.given(WORKER))

    @cached_property
    def sections(self) -> tuple[tuple[str, Section], ...]:
        """The settings of each workspace, by app_id: the variables themselves where there is no file of workspaces."""
        section = self.section
        if not section.has("workspaces"):
            return ((section.read("app_id", APP_ID), section),)
        for key in ("app_id", *WORKSPACE_KEYS):
            if section.has(key):
                section.mistake(key, f"is set, and so is {section.name('workspaces')}; put it into that file")
        file = section.given({"workspaces": FILE})["workspaces"]
        return workspaces.read(file, WORKSPACE_KEYS, section.mistakes) if file else ()


def _workspace(app_id: str, section: Section) -> Workspace:
    return Workspace(
        app_id=app_id,
        base_url=base_url(section),
        access_token=section.secret("access_token", ACCESS_TOKEN),
        admin_id=section.read("admin_id", ADMIN_ID),
        rules=section.read("rules", folder(section.folder)),
        **section.given(LIMITS),
    )


def base_url(section: Section) -> str:
    """Where the API of a workspace is."""
    if section.has("intercom_url"):
        if section.has("region"):
            section.mistake("region", f"is set, and so is {section.name('intercom_url')}; set one of them")
        return section.read("intercom_url", INTERCOM_URL)
    return section.read("region", REGION) if section.has("region") else REGION.parse("us")
