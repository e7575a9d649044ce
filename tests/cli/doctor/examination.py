"""One run of the doctor, and the lines that every run has."""

import json
import subprocess

from tests.cli.inbox import Inbox

SHARED = ["settings", "redis", *(f"redis {subject}" for subject in ("version", "mode", "policy", "persistence"))]
SHARED += ["redis memory", "redis clock"]
OF_INTERCOM = ["token", "app_id", "region", "admin", "permission Read tags", "permission Read conversations"]
OF_INTERCOM += ["permission Read tickets", "permission Read and list users and companies", "permission Read admins"]
OF_INTERCOM += ["permission to write", "intercom clock"]
OF_WORKSPACE = [*OF_INTERCOM, "rules", "tags", "admins of rules", "client secrets", "webhook"]

SECRETS = {"AUTOTAGGER_CLIENT_SECRETS": "one-client-secret-of-ours,another-client-secret"}

HUB = "in the Developer Hub, under Webhooks, the URL is https://YOUR-HOST/webhooks/intercom"

Lines = dict[str, tuple[str, str, str | None]]


async def examine(inbox: Inbox, **variables: str) -> tuple[int, Lines]:
    """The exit code, and verdict, words and remedy by subject."""
    finished = await inbox.run("doctor", "--json", **variables)
    assert "Traceback" not in finished.stderr
    assert_no_secret(finished, *(inbox.variables | variables).items())
    lines = json.loads(finished.stdout)
    return finished.returncode, {one["subject"]: (one["verdict"], one["words"], one["remedy"]) for one in lines}


def assert_no_secret(finished: subprocess.CompletedProcess[str], *variables: tuple[str, str]) -> None:
    for name, value in variables:
        if name in {"AUTOTAGGER_ACCESS_TOKEN", "AUTOTAGGER_CLIENT_SECRETS"} and value:
            for secret in value.split(","):
                assert secret not in finished.stdout + finished.stderr
