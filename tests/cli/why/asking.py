"""`autotagger why` as people give it, on what a worker has left behind."""

import asyncio
import json
import subprocess
from typing import Any

from cli.fleet import redis_url
from tests.cli.inbox import TOKEN, Inbox
from tests.workers.office import ADMIN_ID, APP_ID, Office


def variables(office: Office) -> dict[str, str]:
    """The settings of a worker."""
    (workspace,) = office.settings.workspaces
    return {
        "REDIS_URL": redis_url(office.settings.redis),
        "AUTOTAGGER_APP_ID": APP_ID,
        "AUTOTAGGER_ACCESS_TOKEN": TOKEN,
        "AUTOTAGGER_ADMIN_ID": ADMIN_ID,
        "AUTOTAGGER_INTERCOM_URL": workspace.base_url,
        "AUTOTAGGER_RULES": str(workspace.rules),
    }


async def why(office: Office, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """`autotagger why ARGUMENTS`; an empty variable is not there."""
    given = {name: value for name, value in (variables(office) | changed).items() if value}
    return await asyncio.to_thread(Inbox._run, ("why", *arguments), given, None)


async def told(office: Office, *arguments: str) -> dict[str, Any]:
    """What programs are told."""
    document: dict[str, Any] = json.loads((await why(office, *arguments, "--json")).stdout)
    return document
