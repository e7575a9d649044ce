import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

import cli.redis
from cli.redis import EmbeddedRedisError, embedded, named_or_embedded, server_binary
from state.settings import RedisSettings
from tests.waiting import eventually_sync

HOLD = """
import sys
from pathlib import Path
from cli.redis import embedded
with embedded(Path(sys.argv[1]) if sys.argv[1:] else None) as settings:
    print(settings.unix_socket, flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(
    server_binary() is None and not os.environ.get("CI"), reason="no Redis on this machine to start"
)


def test_it_holds_everything_and_writes_every_second() -> None:
    with embedded() as settings, _client(settings) as client:
        found = client.config_get("*")

    assert found["appendonly"] == "yes"
    assert found["appendfsync"] == "everysec"
    assert found["maxmemory-policy"] == "noeviction"
    assert found["port"] == "0"


def test_a_temporary_one_leaves_nothing() -> None:
    with embedded() as settings:
        folder = _socket(settings).parent

    assert not folder.exists()


def test_only_this_user_can_reach_it() -> None:
    with embedded() as settings:
        modes = [path.stat().st_mode & 0o077 for path in (_socket(settings), _socket(settings).parent)]

    assert modes == [0, 0]


def test_data_stays_in_a_named_folder(tmp_path: Path) -> None:
    with embedded(tmp_path) as settings, _client(settings) as client:
        client.set("kept", "yes")

    with embedded(tmp_path) as settings, _client(settings) as client:
        kept = client.get("kept")

    assert kept == b"yes"


def test_a_second_user_of_a_folder_joins_the_first(tmp_path: Path) -> None:
    with embedded(tmp_path) as first, embedded(tmp_path) as second:
        ids = {_process(first), _process(second)}

    assert len(ids) == 1


def test_it_outlives_the_one_who_started_it_while_another_uses_it(tmp_path: Path) -> None:
    with ExitStack() as first, ExitStack() as second:
        started = _process(first.enter_context(embedded(tmp_path)))
        settings = second.enter_context(embedded(tmp_path))

        first.close()

        assert _process(settings) == started


@pytest.mark.parametrize("end", ["kill", "terminate"])
@pytest.mark.parametrize("named", [False, True], ids=["temporary folder", "named folder"])
def test_it_ends_with_the_process_that_uses_it(tmp_path: Path, end: str, named: bool) -> None:
    arguments = [str(tmp_path)] if named else []
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as user:
        assert user.stdout is not None
        settings = RedisSettings(unix_socket=user.stdout.readline().decode().strip())
        server = _process(settings)

        getattr(user, end)()

    eventually_sync(lambda: not _runs(server))
    eventually_sync(lambda: named or not _socket(settings).parent.exists())


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / "with space"

    with embedded(deep) as settings, embedded(deep) as joined:
        short = _socket(settings).parent
        assert _process(settings) == _process(joined)

    eventually_sync(lambda: not short.exists())
    assert (deep / "appendonlydir").is_dir()


def test_a_named_redis_is_taken_as_it_is() -> None:
    named = RedisSettings(host="redis.example.com")

    with named_or_embedded(named) as settings:
        assert settings is named


def test_without_a_named_redis_one_is_embedded() -> None:
    with named_or_embedded(None) as settings, _client(settings) as client:
        assert client.ping()


def test_a_server_that_crashed_is_started_again(tmp_path: Path) -> None:
    with embedded(tmp_path) as settings, _client(settings) as client:
        client.set("kept", "yes")
        os.kill(_process(settings), 9)

        with embedded(tmp_path) as again, _client(again) as new:
            assert new.get("kept") == b"yes"


def test_a_server_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("in the way")

    with pytest.raises(EmbeddedRedisError, match="appendonlydir"), embedded(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedRedisError, match=r"file/data: Not a directory$"), embedded(tmp_path / "file" / "data"):
        pass


def test_a_server_on_path_is_found_where_the_wheel_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "valkey-server"
    program.touch(mode=0o755)
    monkeypatch.setattr(cli.redis, "_wheel_binary", lambda: tmp_path / "no such file")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert server_binary() == program


def test_without_a_place_to_write_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))

    with pytest.raises(EmbeddedRedisError, match=r"no folder to write to .*docker run --tmpfs /tmp"), embedded():
        pass


def test_without_any_server_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(cli.redis, "_wheel_binary", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EmbeddedRedisError, match=r"redis-server, valkey-server is on PATH\. Install .* REDIS_URL="):
        embedded().__enter__()

    assert not [*temporary.iterdir()]


def _socket(settings: RedisSettings) -> Path:
    assert settings.unix_socket is not None
    return Path(settings.unix_socket)


def _client(settings: RedisSettings) -> Redis:
    return Redis(unix_socket_path=settings.unix_socket)


def _process(settings: RedisSettings) -> int:
    with _client(settings) as client:
        return int(client.info("server")["process_id"])


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
