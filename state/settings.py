"""Where Redis is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """One Redis or Valkey: a socket path, or host and port, or a set of Sentinels.

    `sentinels` are (host, port) pairs; with them `service_name` is the master's name. `password` and `username` are
    taken as they are, never spliced into a URL. `ca_file` turns on TLS with that authority; `tls` alone uses the
    system's.
    """

    host: str = "127.0.0.1"
    port: int = 6379
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    unix_socket: str | None = None
    tls: bool = False
    ca_file: str | None = None
    sentinels: tuple[tuple[str, int], ...] = ()
    service_name: str = "mymaster"
