"""How a simulator is set."""

from dataclasses import dataclass, field

from simulator.choices import TIMEZONE
from simulator.payloads.versions import PayloadVersion
from simulator.population.size import EMPTY, Size


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """All that `autotagger simulator` is told.

    Port 0 takes a free one. `limit` is the number of calls one window of `window` seconds lets through. `seed` decides
    what is invented. Contacts are searched by the days of `timezone`, an IANA name.

    The workspace begins with as much as `size` says, all of it from before `now` (Unix seconds), which is last midnight
    in UTC unless given: so the same seed gives the same workspace for a day.

    The default limit is the documented 10,000 calls a minute spread over windows of 10 s:
    https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting

    `payload_version` is that of notifications, whatever version REST is asked for. `echo` is the URL of the webhook
    that is told of tags that were put on and taken off through the API, empty for none.
    """

    host: str = "127.0.0.1"
    port: int = 4010
    token: str = field(default="test-token", repr=False)
    client_secret: str = field(default="test-client-secret", repr=False)
    app_id: str = "q4mx81zt"
    window: float = 10.0
    limit: int = 1_666
    seed: int = 1
    timezone: str = TIMEZONE
    size: Size = EMPTY
    now: int | None = None
    payload_version: PayloadVersion = "2.10"
    echo: str = ""
