"""The trial's Valkey starts as the chart starts it, and lets in who knows the password."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, RedisError

from cli.redis import server_binary
from state import checks
from tests.chart.rendering import Rendered, render
from tests.ports import free_port
from tests.waiting import eventually_sync

PASSWORD = """p@ss: "word" $(x) `y` \\ 'z' #ü"""


@contextmanager
def started(rendered: Rendered, folder: Path) -> Iterator[int]:
    """The StatefulSet's command, with its folders below `folder`; gives the port."""
    binary = server_binary()
    if binary is None:
        pytest.skip("there is no Valkey on this machine")
    (container,) = rendered.one("StatefulSet")["spec"]["template"]["spec"]["containers"]
    port = free_port()
    places = {"/etc/valkey": "configuration", "/etc/autotagger/secrets": "secrets", "/data": "data", "/tmp": "tmp"}  # noqa: S108 - the pod's
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounts <= places.keys()
    for mount in mounts:
        (folder / places[mount]).mkdir()
    configuration = rendered.one("ConfigMap", "-valkey")["data"]["valkey.conf"]
    configuration = configuration.replace("port 6379", f"port {port}").replace("dir /data", f"dir {folder}/data")
    (folder / "configuration" / "valkey.conf").write_text(configuration)
    if "/etc/autotagger/secrets" in mounts:
        (folder / "secrets" / "password").write_text(PASSWORD)
    (script,) = container["args"]
    # In one pass: the folder itself may be below /tmp.
    script = re.sub("|".join(map(re.escape, mounts - {"/data"})), lambda mount: str(folder / places[mount[0]]), script)
    (folder / "valkey-server").symlink_to(binary)
    process = subprocess.Popen(
        [*container["command"], script],
        env={"PATH": f"{folder}:/usr/bin:/bin", "LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def client(port: int, password: str | None = None) -> Redis:
    return Redis(port=port, password=password, protocol=2)


def answers(port: int) -> bool:
    try:
        with client(port) as asking:
            return bool(asking.execute_command("PING"))
    except AuthenticationError:
        return True
    except RedisError:
        return False


def test_a_password_of_any_characters_is_the_password(helm: str, tmp_path: Path) -> None:
    rendered = render(helm, "trial", redis={"password": PASSWORD})
    with started(rendered, tmp_path) as port:
        eventually_sync(lambda: answers(port), timeout=20)

        with client(port, PASSWORD) as known, client(port, "another") as stranger, client(port) as nobody:
            assert known.ping()
            with pytest.raises(AuthenticationError):
                stranger.ping()
            with pytest.raises(RedisError):
                nobody.ping()


def test_the_service_can_trust_it_with_jobs(helm: str, tmp_path: Path) -> None:
    with started(render(helm, "openshift"), tmp_path) as port:
        eventually_sync(lambda: answers(port), timeout=20)

        with client(port) as asking:
            found = checks.judge(asking.info("everything"))
            assert asking.config_get("maxmemory")["maxmemory"] == str(256 * 2**20)

    assert found == checks.Suitability()


def test_its_data_is_on_the_volume_and_outlives_it(helm: str) -> None:
    spec = render(helm, "trial").one("StatefulSet")["spec"]

    (claim,) = spec["volumeClaimTemplates"]
    assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Retain"
    (container,) = spec["template"]["spec"]["containers"]
    assert {"name": claim["metadata"]["name"], "mountPath": "/data"} in container["volumeMounts"]
