"""What the chart tells the processes, they understand: read by the service's own settings."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.settings import receiver_settings, survey, worker_settings
from cli.settings.reading import KEYS
from service.settings import ReceiverSettings, Source
from state.settings import RedisSettings
from tests.chart.rendering import VALUES, Object, Rendered, render
from tests.config_map import mount
from workers.settings import WorkerSettings, Workspace

CERTIFICATE = Path(__file__).parent / "authority.pem"


@pytest.mark.parametrize("name", VALUES)
def test_every_variable_is_one_of_the_service(helm: str, name: str) -> None:
    rendered = render(helm, name)
    known = {f"AUTOTAGGER_{key.upper()}" for key in KEYS} | {"REDIS_URL", "REDIS_URL_FILE"}
    ours = {one["name"] for component in ("receiver", "worker") for one in rendered.container(component)["env"]}

    assert rendered.one("ConfigMap", "-settings")["data"].keys() <= known
    assert {one for one in ours if one != "HTTPS_PROXY"} <= known


# Read as in the pod


class Pod:
    """The files and variables of one of the chart's pods, below a folder, mounted as the kubelet does it."""

    def __init__(
        self, rendered: Rendered, component: str, secrets: Mapping[str, Mapping[str, str]], root: Path
    ) -> None:
        self._secrets, self._root = secrets, root
        self._maps = {one["metadata"]["name"]: one["data"] for one in rendered.every("ConfigMap")}
        self._made = {
            one["metadata"]["name"]: {key: base64.b64decode(value).decode() for key, value in one["data"].items()}
            for one in rendered.every("Secret")
        }
        spec = rendered.one("Deployment", component)["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        volumes = {one["name"]: one for one in spec["volumes"]}
        for one in container["volumeMounts"]:
            self._mount(volumes[one["name"]], root / one["mountPath"].lstrip("/"))
        (reference,) = container["envFrom"]
        told = self._maps[reference["configMapRef"]["name"]] | {one["name"]: one["value"] for one in container["env"]}
        self.variables = {name: self._below(value) for name, value in told.items() if name != "HTTPS_PROXY"}

    def _mount(self, volume: Object, place: Path) -> None:
        if "configMap" in volume:
            texts = self._maps.get(volume["configMap"]["name"], {})
            wanted = [item["key"] for item in volume["configMap"].get("items", [])] or list(texts)
            mount(place, {name: self._below(texts[name]) for name in wanted}, "..1")
        elif "projected" in volume:
            files = {}
            for source in volume["projected"]["sources"]:
                ((kind, reference),) = source.items()
                for item in reference["items"]:
                    files[item["path"]] = self._secret(kind, reference["name"], item["key"])
            mount(place, files, "..1")
        else:
            place.mkdir(parents=True)

    def _secret(self, kind: str, name: str, key: str) -> str:
        known = {**self._made, **self._secrets}
        return known[name][key] if kind == "secret" else self._secrets[name][key]

    def _below(self, text: str) -> str:
        return text.replace("/etc/autotagger", str(self._root / "etc/autotagger"))


@pytest.fixture
def secrets() -> dict[str, dict[str, str]]:
    """What somebody put into the cluster beforehand."""
    return {
        "autotagger": {
            "client-secrets": "a-client-secret",
            "access-token": "a-token",
            "hub-client-secrets": "new-one,old-one",
            "hub-access-token": "a-hub-token",
        },
        "autotagger-abc": {"client-secrets": "secret-of-abc", "access-token": "token-of-abc"},
        "autotagger-123": {"client-secrets": "secret-of-123", "access-token": "token-of-123"},
        "autotagger-image": {"client-secrets": "secret-of-image", "access-token": "token-of-image"},
        "redis": {
            "secret": "p@ss/word#?",
            "redis-password": "another",
            "url": "rediss://user:p%40ss@redis.example.com:6380/2",
        },
        "redis-ca": {"tls.crt": CERTIFICATE.read_text()},
        "corporate-ca": {"ca.crt": CERTIFICATE.read_text()},
    }


def test_five_values_are_settings_that_work(helm: str, secrets: dict[str, Any], tmp_path: Path) -> None:
    rendered = render(helm, "minimal")

    receiver = receiver_settings(Pod(rendered, "receiver", secrets, tmp_path / "receiver").variables)
    worker = worker_settings(Pod(rendered, "worker", secrets, tmp_path / "worker").variables)

    redis = RedisSettings(host="redis.example.com")
    assert receiver == ReceiverSettings(redis, (Source("abc12def", ("a-client-secret",)),))
    rules = tmp_path / "worker" / "etc/autotagger/rules"
    assert worker == WorkerSettings(
        redis, (Workspace("abc12def", "https://api.intercom.io", "a-token", "123456", rules),)
    )
    assert sorted(path.name for path in rules.glob("[!.]*")) == ["sample.yaml", "tags.yaml"]


@pytest.mark.parametrize("name", VALUES)
def test_both_processes_start_with_what_is_rendered(
    helm: str, name: str, secrets: dict[str, Any], tmp_path: Path
) -> None:
    rendered = render(helm, name)

    receiver = receiver_settings(Pod(rendered, "receiver", secrets, tmp_path / "receiver").variables)
    worker = worker_settings(Pod(rendered, "worker", secrets, tmp_path / "worker").variables)

    told = yaml.safe_load(VALUES[name].read_text())["workspaces"]
    assert {source.app_id for source in receiver.sources} == {str(app_id) for app_id in told}
    assert {space.app_id for space in worker.workspaces} == {str(app_id) for app_id in told}


@pytest.mark.parametrize("component", ["receiver", "worker"])
@pytest.mark.parametrize("name", VALUES)
def test_the_doctor_misses_nothing_that_is_another_processs(
    helm: str, name: str, component: str, secrets: dict[str, Any], tmp_path: Path
) -> None:
    found = survey(Pod(render(helm, name), component, secrets, tmp_path).variables)

    mistakes = [line for space in found.workspaces for line in space.mistakes]
    assert (found.mistakes, found.redis_mistakes) == ((), ())
    assert [line for line in mistakes if component == "worker" or "is missing" not in line] == []


def test_all_of_it_arrives(helm: str, secrets: dict[str, Any], tmp_path: Path) -> None:
    pod = Pod(render(helm, "production"), "worker", secrets, tmp_path)

    worker = worker_settings(pod.variables)

    assert worker.redis == RedisSettings(
        database=3,
        username="autotagger",
        password="p@ss/word#?",
        tls=True,
        ca_file=str(tmp_path / "etc/autotagger/secrets/redis/ca.crt"),
        sentinels=(("sentinel-0.example.com", 26380), ("sentinel-1.example.com", 26379)),
        service_name="tagging",
    )
    (space,) = worker.workspaces
    assert (space.base_url, space.access_token) == ("https://api.eu.intercom.io", "a-hub-token")
    assert (space.calls_per_window, space.calls_of_all_apps, space.window, space.app) == (800, 2000, 10, "tagger")
    assert (worker.sweep_interval, worker.create_tags, worker.retry_base) == (3600, True, 0.5)
    assert worker.completion_wait == 60


def test_secrets_in_values_arrive_whatever_is_in_them(helm: str, secrets: dict[str, Any], tmp_path: Path) -> None:
    pod = Pod(render(helm, "trial"), "receiver", secrets, tmp_path)

    receiver = receiver_settings(pod.variables)

    assert receiver.redis.password == 'p@ss: "word" $(x) \\ ü'
    assert receiver.redis.host == "tagger-autotagger-valkey.support.svc"
    assert receiver.sources == (Source("abc12def", ("new-client-secret", "old-client-secret")),)


def test_each_workspace_has_its_own(helm: str, secrets: dict[str, Any], tmp_path: Path) -> None:
    worker = worker_settings(Pod(render(helm, "workspaces"), "worker", secrets, tmp_path).variables)

    found = {space.app_id: space for space in worker.workspaces}
    folder = tmp_path / "etc/autotagger"
    assert {app_id: space.rules for app_id, space in found.items()} == {
        "abc12def": folder / "rules",
        "Xyz_34uvw": folder / "workspace-rules/Xyz_34uvw",
        "12345678": folder / "workspace-rules/12345678",
        "in-the-image": Path("/srv/rules"),
    }
    assert (found["12345678"].admin_id, found["12345678"].base_url) == ("007", "https://intercom.example.com")
    assert (found["Xyz_34uvw"].access_token, found["Xyz_34uvw"].base_url) == (
        "xyz-access-token",
        "https://api.au.intercom.io",
    )


def test_a_big_number_stays_one(helm: str, secrets: dict[str, Any], tmp_path: Path) -> None:
    spaces = {"abc12def": {"adminId": 123456789012, "existingSecret": "autotagger"}}
    pod = Pod(render(helm, workspaces=spaces, settings={"bodyLimit": 10_000_000}), "worker", secrets, tmp_path)

    assert pod.variables["AUTOTAGGER_BODY_LIMIT"] == "10000000"
    assert worker_settings(pod.variables).workspaces[0].admin_id == "123456789012"
