"""`autotagger status`: how the fleet gets on, in a line, then what is to be looked at, then figures."""

from cli.status.command import status

__all__ = ["status"]
