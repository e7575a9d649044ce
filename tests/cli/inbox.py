"""A workspace to command: a simulator on a real port, a Redis, rules, and the settings that lead to them."""

import asyncio
import contextlib
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from cli.fleet import redis_url
from tests.redis_server import RedisServer

APP_ID, ADMIN_ID, TOKEN, SECRET = "q4mx81zt", "5017001", "test-token", "test-client-secret"

PLURALS = {"conversation": "conversations", "ticket": "tickets", "contact": "contacts", "company": "companies"}

TAGS = "version: 1\ntags: {vip: Important, bug: Broken}\n"
RULES = """version: 1
rules:
  - id: important
    if: {message.text: {mentions_any: [vip]}}
    then: {add: [vip]}
  - id: broken
    if: {message.text: {mentions_any: [bug]}}
    then: {add: [bug]}
"""


@dataclass
class Inbox:
    """What a test drives. `variables` are the settings of the commands; a test may change them."""

    simulator: httpx.AsyncClient
    rules: Path
    variables: dict[str, str] = field(default_factory=dict)

    async def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`autotagger ARGUMENTS`, where nobody can be asked anything."""
        return await asyncio.to_thread(self._run, arguments, self.variables | variables, None)

    async def answering(self, answer: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`autotagger ARGUMENTS` with a terminal on which somebody types `answer`."""
        return await asyncio.to_thread(self._run, arguments, self.variables, answer)

    @staticmethod
    def _run(
        arguments: tuple[str, ...], variables: dict[str, str], answer: str | None
    ) -> subprocess.CompletedProcess[str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTAGGER_", "REDIS_"))}
        with contextlib.ExitStack() as stack:
            stdin = subprocess.DEVNULL
            if answer is not None:
                person, stdin = pty.openpty()
                stack.callback(os.close, person)
                stack.callback(os.close, stdin)
                os.write(person, f"{answer}\n".encode())
            return subprocess.run(
                [sys.executable, "-m", "cli.main", *arguments],
                env=bare | variables,
                stdin=stdin,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

    async def tag(self, name: str, *segments: str) -> str:
        """Make a tag known that `segments` are made with; its id."""
        document = {"name": name, "segments": segments}
        return str((await self._post("tags", document))["id"])

    async def put(self, kind: str, object_id: str, *tags: str, **fields: Any) -> None:
        """Make an object known, with fields that differ from what is usual."""
        await self._post(PLURALS[kind], {"id": object_id, "tags": tags, "item": fields})

    async def fault(self, **fault: Any) -> None:
        """Have Intercom misbehave."""
        await self._post("faults", fault)

    async def calls(self) -> list[str]:
        """The calls that have come so far, as `GET /tags`."""
        found = (await self.simulator.get("/_simulator/calls")).json()["calls"]
        return [f"{call['method']} {call['path']}" for call in found]

    async def names(self, kind: str, object_id: str) -> set[str]:
        """The names of the tags that are on an object now."""
        state = (await self.simulator.get("/_simulator/state")).json()
        return {tag["name"] for tag in state[PLURALS[kind]][object_id]["tags"]}

    async def tags(self) -> dict[str, str]:
        """The workspace's tags: ids by name."""
        state = (await self.simulator.get("/_simulator/state")).json()
        return {tag["name"]: tag["id"] for tag in state["tags"]}

    async def _post(self, path: str, document: object) -> dict[str, Any]:
        answer = await self.simulator.post(f"/_simulator/{path}", json=document)
        answer.raise_for_status()
        return dict(answer.json())


@contextlib.asynccontextmanager
async def opened(intercom_url: str, redis_server: RedisServer, folder: Path) -> AsyncIterator[Inbox]:
    """An inbox with no tags and two rules, in `folder`, on a simulator that begins anew."""
    rules = folder / "rules"
    rules.mkdir()
    (rules / "tags.yaml").write_text(TAGS)
    (rules / "rules.yaml").write_text(RULES)
    async with httpx.AsyncClient(base_url=intercom_url, trust_env=False, timeout=30) as simulator:
        (await simulator.post("/_simulator/reset")).raise_for_status()
        variables = {
            "REDIS_URL": redis_url(redis_server.settings),
            "AUTOTAGGER_APP_ID": APP_ID,
            "AUTOTAGGER_ACCESS_TOKEN": TOKEN,
            "AUTOTAGGER_ADMIN_ID": ADMIN_ID,
            "AUTOTAGGER_INTERCOM_URL": intercom_url,
            "AUTOTAGGER_RULES": str(rules),
        }
        yield Inbox(simulator, rules, variables)
