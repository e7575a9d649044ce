"""What the receiver needs to know."""

from dataclasses import dataclass, field

from state.dead import MOST
from state.settings import RedisSettings


@dataclass(frozen=True, slots=True)
class Source:
    """A workspace that may send webhooks: its `app_id` and its client secrets (several while rotating)."""

    app_id: str
    client_secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """All that `autotagger serve` is told. Port 0 takes a free one; `body_limit` is in bytes.

    `request_timeout` is how long a client may take to send a request, in seconds; `connections` is how many there may
    be at a time. `secrets_interval` is how often the files of the client secrets are looked at, in seconds.
    `dead_letters` is how many of them there may be. `completion_wait` is how long requests under way may take
    at the end, in seconds.
    """

    redis: RedisSettings
    sources: tuple[Source, ...]
    host: str = "0.0.0.0"  # noqa: S104 - a pod listens on its own address
    port: int = 8080
    ops_port: int = 9090
    body_limit: int = 1024 * 1024
    request_timeout: float = 10.0
    connections: int = 800
    secrets_interval: float = 15.0
    dead_letters: int = MOST
    completion_wait: float = 20.0
