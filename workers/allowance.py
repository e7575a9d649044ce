"""The rate budget of a workspace's app, as its settings say."""

from redis.asyncio import Redis

from state.budget import Budget, Shared
from workers.settings import Workspace


def open_budget(workspace: Workspace, redis: Redis) -> Budget:
    """What workers and commands take their slots from: the app's, within what all apps of the workspace share."""
    return Budget(
        redis,
        scope=workspace.scope,
        limit=workspace.calls_per_window,
        window=workspace.window,
        shared=Shared(workspace.app_id, workspace.calls_of_all_apps),
    )
