"""What a worker needs to know."""

from dataclasses import dataclass, field
from pathlib import Path

from state.apps import scope
from state.dead import MOST
from state.settings import RedisSettings


@dataclass(frozen=True, slots=True)
class Workspace:
    """One Intercom workspace to tag in.

    `base_url` is the region's (https://api.intercom.io and its eu and au twins) or a simulator's. `calls_per_window` is
    the most calls one app may make in a window of `window` seconds, `calls_of_all_apps` what all apps of the workspace
    may. Intercom's documentation says 10,000 a minute for an app and 25,000 for a workspace, spread over windows of
    10 s: https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
    `app` is the name of the app that the token belongs to, where others of the workspace use the same Redis.
    """

    app_id: str
    base_url: str
    access_token: str = field(repr=False)
    admin_id: str
    rules: Path
    calls_per_window: int = 1_666
    window: float = 10.0
    calls_of_all_apps: int = 4_166
    app: str = ""

    @property
    def scope(self) -> str:
        """The app's in the rate budget."""
        return scope(self.app_id, self.app)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """All that `autotagger worker` is told. Times are in seconds; tests shorten the defaults.

    `secrets_interval` is how often the files of the access tokens are looked at.

    Without `sweep_interval` nobody looks for messages whose webhook never came.
    """

    redis: RedisSettings
    workspaces: tuple[Workspace, ...]
    create_tags: bool = False
    host: str = "0.0.0.0"  # noqa: S104 - a pod listens on its own address
    ops_port: int = 9090
    concurrency: int = 20
    job_timeout: float = 240.0
    rules_interval: float = 5.0
    pauses_interval: float = 2.0
    secrets_interval: float = 15.0
    lease: float = 15.0
    completion_wait: float = 25.0
    call_timeout: float = 5.0
    tags_max_age: float = 60.0
    fetched_max_age: float = 30.0
    ledger_days: int = 90
    dead_letters: int = MOST
    retry_base: float = 2.0
    retry_cap: float = 600.0
    retry_limit: float = 86_400.0
    refused_wait: float = 60.0
    outage_wait: float = 10.0
    sweep_interval: float | None = None
    sweep_grace: float = 180.0
