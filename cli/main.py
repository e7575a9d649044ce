"""`autotagger`: every command, and nothing else."""

import click


@click.group()
def main() -> None:
    """Tag an Intercom inbox by rules."""
