"""Lua scripts: each lies beside the module that calls it."""

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.commands.core import AsyncScript


def register(redis: "Redis", name: str) -> "AsyncScript":
    """The script in `state/<name>.lua`, ready to be called; it loads itself again after Redis has forgotten it."""
    return redis.register_script(resources.files("state").joinpath(f"{name}.lua").read_text("utf-8"))
