"""The chart knows every setting of the service, and no other; both have the same defaults."""

import dataclasses
import json
from typing import Any

import pytest
import yaml

from cli.settings.reading import LOGS, RECEIVER, WORKER, WORKSPACE_KEYS
from service.settings import ReceiverSettings
from tests.chart.reference import SCHEMA, VALUES
from workers.settings import WorkerSettings

ELSEWHERE = {
    "port": "the chart's own business: the Service says what is seen of it",
    "ops_port": "likewise",
    "completion_wait": "receiver.shutdown.wait and worker.shutdown.wait, which the grace period follows",
}
"""Settings of the processes that are not under `settings`, each with its reason."""

SETTINGS: dict[str, Any] = yaml.safe_load(VALUES.read_text())["settings"]


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def test_every_setting_of_the_service_can_be_set_and_no_other() -> None:
    assert {snake(name) for name in SETTINGS} | set(ELSEWHERE) == set(RECEIVER) | set(WORKER) | set(LOGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_chart_has_the_services_defaults(name: str) -> None:
    classes = (WorkerSettings, ReceiverSettings)
    fields = {field.name: field.default for cls in classes for field in dataclasses.fields(cls)}
    # What a process takes where its log goes to no terminal.
    fields["log_format"] = "json"

    assert (SETTINGS[name] or None) == (fields[snake(name)] or None)


def test_every_setting_of_a_workspace_can_be_set_and_no_other() -> None:
    keys = json.loads(SCHEMA.read_text())["$defs"]["workspace"]["properties"].keys()
    # Names that are shorter among the values, and those of secrets, which come as files.
    named = {"url": "intercom_url"}
    secrets = {"existingSecret", "clientSecretsKey", "accessTokenKey", "clientSecrets", "accessToken"}

    assert secrets <= keys
    settings = {named.get(key, snake(key)) for key in keys - secrets}
    assert settings == {key for key in WORKSPACE_KEYS if not key.startswith(("client_secrets", "access_token"))}
