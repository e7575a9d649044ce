"""`autotagger simulator`: a pretended Intercom."""

import re
from datetime import UTC, datetime
from zoneinfo import available_timezones

import click

from simulator.payloads.versions import VERSIONS, PayloadVersion
from simulator.population.size import Size
from simulator.program import run
from simulator.settings import SimulatorSettings

_DEFAULTS = SimulatorSettings()


def _timezone(_: click.Context, __: click.Parameter, name: str) -> str:
    if name not in available_timezones():
        raise click.BadParameter(f"{name!r} is no time zone; write it like {_DEFAULTS.timezone}")
    return name


def _webhook(_: click.Context, __: click.Parameter, url: str) -> str:
    if url and not re.match(r"https?://[^/]", url):
        raise click.BadParameter(
            f"{url!r} is not the URL of a webhook, such as http://127.0.0.1:8080/webhooks/intercom."
        )
    return url


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=_DEFAULTS.port, show_default=True, help="0 takes a free one."
)
@click.option("--host", default=_DEFAULTS.host, show_default=True, help="Address to listen on.")
@click.option("--token", default=_DEFAULTS.token, show_default=True, help="Access token that callers must show.")
@click.option("--client-secret", default=_DEFAULTS.client_secret, show_default=True, help="Signs notifications.")
@click.option("--app-id", default=_DEFAULTS.app_id, show_default=True, help="Code of the workspace.")
@click.option(
    "--window",
    type=click.FloatRange(min=0, min_open=True),
    default=_DEFAULTS.window,
    show_default=True,
    help="Rate-limit window in seconds.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=_DEFAULTS.limit,
    show_default=True,
    help="Calls that one window lets through.",
)
@click.option("--seed", default=_DEFAULTS.seed, show_default=True, help="Decides what is invented.")
@click.option("--conversations", type=click.IntRange(0, 1_000_000), default=0, help="Begin with so many, and more.")
@click.option("--tickets", type=click.IntRange(0, 1_000_000), help="A fifth of the conversations unless given.")
@click.option("--contacts", type=click.IntRange(0, 1_000_000), help="Half the conversations unless given.")
@click.option("--companies", type=click.IntRange(0, 1_000_000), help="A tenth of the contacts unless given.")
@click.option(
    "--now",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ")),
    help="When, in UTC, what is there at the start had happened; last midnight unless given.",
)
@click.option(
    "--timezone",
    default=_DEFAULTS.timezone,
    show_default=True,
    callback=_timezone,
    help="The workspace's: contacts are searched by its days.",
)
@click.option(
    "--payload-version",
    type=click.Choice(VERSIONS),
    default=_DEFAULTS.payload_version,
    show_default=True,
    help="What notifications look like.",
)
@click.option(
    "--echo",
    metavar="URL",
    default="",
    callback=_webhook,
    help="Webhook to tell of tags changed through REST.  [default: none]",
)
def simulator(
    port: int,
    host: str,
    token: str,
    client_secret: str,
    app_id: str,
    window: float,
    limit: int,
    seed: int,
    conversations: int,
    tickets: int | None,
    contacts: int | None,
    companies: int | None,
    now: datetime | None,
    timezone: str,
    payload_version: PayloadVersion,
    echo: str,
) -> None:
    """Pretend to be Intercom: REST 2.10, signed webhooks, rate limits, faults on demand.

    With --conversations it begins with an invented workspace of that size, the same for the same --seed and --now.
    """
    settings = SimulatorSettings(
        host=host,
        port=port,
        token=token,
        client_secret=client_secret,
        app_id=app_id,
        window=window,
        limit=limit,
        seed=seed,
        timezone=timezone,
        size=Size(conversations, tickets, contacts, companies),
        now=None if now is None else int(now.replace(tzinfo=UTC).timestamp()),
        payload_version=payload_version,
        echo=echo,
    )
    try:
        run(settings, click.echo)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
