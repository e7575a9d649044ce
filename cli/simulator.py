"""`autotagger simulator`: a pretended Intercom."""

import click

from simulator.program import run
from simulator.settings import SimulatorSettings

_DEFAULTS = SimulatorSettings()


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
def simulator(
    port: int, host: str, token: str, client_secret: str, app_id: str, window: float, limit: int, seed: int
) -> None:
    """Pretend to be Intercom: REST 2.10, signed webhooks, rate limits, faults on demand."""
    settings = SimulatorSettings(
        host=host,
        port=port,
        token=token,
        client_secret=client_secret,
        app_id=app_id,
        window=window,
        limit=limit,
        seed=seed,
    )
    try:
        run(settings, click.echo)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
