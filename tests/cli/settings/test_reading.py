import dataclasses
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.settings import SettingsError, both_settings, receiver_settings, redis_settings, worker_settings
from cli.settings.forms import ADMIN_ID, APP_ID, CLIENT_SECRETS
from cli.settings.reading import KEYS, LIMITS, RECEIVER, WORKER
from service.settings import ReceiverSettings, Source
from state.settings import RedisSettings
from workers.settings import WorkerSettings, Workspace

SECRET = "s3cr3t-of-ours"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    return folder


@pytest.fixture
def whole(rules: Path) -> dict[str, str]:
    """All that one workspace needs."""
    return {
        "REDIS_URL": "redis://redis.example.com",
        "AUTOTAGGER_APP_ID": "q4mx81zt",
        "AUTOTAGGER_CLIENT_SECRETS": "one,two",
        "AUTOTAGGER_ACCESS_TOKEN": "token",
        "AUTOTAGGER_ADMIN_ID": "991267",
        "AUTOTAGGER_RULES": str(rules),
    }


def mistakes(environment: Mapping[str, str], read: Callable[[Mapping[str, str]], object] = both_settings) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(environment)
    return list(caught.value.mistakes)


# One workspace, from variables


def test_one_workspace_needs_six_variables(whole: dict[str, str], rules: Path) -> None:
    receiver, worker = both_settings(whole)

    redis = RedisSettings(host="redis.example.com")
    assert receiver == ReceiverSettings(redis, (Source("q4mx81zt", ("one", "two")),))
    assert worker == WorkerSettings(
        redis, (Workspace("q4mx81zt", "https://api.intercom.io", "token", "991267", rules),)
    )


def test_every_other_setting_has_its_variable(whole: dict[str, str]) -> None:
    given = {
        "AUTOTAGGER_HOST": "::1",
        "AUTOTAGGER_PORT": "0",
        "AUTOTAGGER_OPS_PORT": "65535",
        "AUTOTAGGER_CREATE_TAGS": "Yes",
        "AUTOTAGGER_CONCURRENCY": "7",
        "AUTOTAGGER_LEASE": "1.5",
        "AUTOTAGGER_CALLS_PER_WINDOW": "100",
        "AUTOTAGGER_CALLS_OF_ALL_APPS": "150",
        "AUTOTAGGER_WINDOW": "0.5",
        "AUTOTAGGER_APP": "tagger",
    }

    receiver, worker = both_settings(whole | given)

    assert (receiver.host, receiver.port, receiver.ops_port) == ("::1", 0, 65_535)
    assert (worker.host, worker.ops_port, worker.create_tags, worker.concurrency) == ("::1", 65_535, True, 7)
    assert worker.lease == pytest.approx(1.5)
    (workspace,) = worker.workspaces
    assert (workspace.calls_per_window, workspace.calls_of_all_apps, workspace.window) == (100, 150, 0.5)
    assert workspace.scope == "q4mx81zt:tagger"


@pytest.mark.parametrize(
    ("cls", "read_elsewhere", "forms"),
    [
        (ReceiverSettings, {"redis", "sources"}, RECEIVER),
        (WorkerSettings, {"redis", "workspaces"}, WORKER),
        (Workspace, {"app_id", "base_url", "access_token", "admin_id", "rules"}, LIMITS),
    ],
)
def test_no_field_is_forgotten(cls: Any, read_elsewhere: set[str], forms: dict[str, object]) -> None:
    assert {field.name for field in dataclasses.fields(cls)} - read_elsewhere == set(forms)


@pytest.mark.parametrize(
    ("region", "base_url"),
    [
        ("us", "https://api.intercom.io"),
        ("EU", "https://api.eu.intercom.io"),
        ("au", "https://api.au.intercom.io"),
    ],
)
def test_a_region_is_a_base_url(whole: dict[str, str], region: str, base_url: str) -> None:
    worker = worker_settings(whole | {"AUTOTAGGER_REGION": region})

    assert worker.workspaces[0].base_url == base_url


@pytest.mark.parametrize(
    ("url", "base_url"),
    [
        ("https://intercom.example.com/", "https://intercom.example.com"),
        ("https://intercom.example.com:8443", "https://intercom.example.com:8443"),
        ("http://127.0.0.1:4010", "http://127.0.0.1:4010"),
        ("http://localhost:4010/", "http://localhost:4010"),
        ("http://[::1]:4010", "http://[::1]:4010"),
    ],
)
def test_a_url_takes_the_place_of_the_region(whole: dict[str, str], url: str, base_url: str) -> None:
    worker = worker_settings(whole | {"AUTOTAGGER_INTERCOM_URL": url})

    assert worker.workspaces[0].base_url == base_url


# Who needs what


def test_the_receiver_needs_neither_token_nor_rules(whole: dict[str, str]) -> None:
    for name in ("AUTOTAGGER_ACCESS_TOKEN", "AUTOTAGGER_ADMIN_ID", "AUTOTAGGER_RULES"):
        del whole[name]

    assert receiver_settings(whole).sources == (Source("q4mx81zt", ("one", "two")),)


def test_the_worker_needs_no_client_secret(whole: dict[str, str]) -> None:
    del whole["AUTOTAGGER_CLIENT_SECRETS"]

    assert worker_settings(whole).workspaces[0].access_token == "token"


def test_a_secret_of_another_process_is_not_even_opened(whole: dict[str, str]) -> None:
    del whole["AUTOTAGGER_ACCESS_TOKEN"]

    assert receiver_settings(whole | {"AUTOTAGGER_ACCESS_TOKEN_FILE": "no such file"}).port == 8080


@pytest.mark.parametrize("read", [receiver_settings, worker_settings])
def test_secrets_are_not_in_the_repr(whole: dict[str, str], read: Callable[[Mapping[str, str]], object]) -> None:
    secrets = {
        "REDIS_URL": f"redis://:{SECRET}@redis.example.com",
        "AUTOTAGGER_CLIENT_SECRETS": SECRET,
        "AUTOTAGGER_ACCESS_TOKEN": SECRET,
    }

    assert SECRET not in repr(read(whole | secrets))


# Mistakes


def test_all_that_is_missing_is_told_at_once() -> None:
    assert [line.partition(";")[0] for line in mistakes({})] == [
        "REDIS_URL is missing",
        "AUTOTAGGER_APP_ID is missing",
        "AUTOTAGGER_CLIENT_SECRETS is missing",
        "AUTOTAGGER_ACCESS_TOKEN is missing",
        "AUTOTAGGER_ADMIN_ID is missing",
        "AUTOTAGGER_RULES is missing",
    ]


def test_redis_may_be_given_where_the_environment_names_none(whole: dict[str, str]) -> None:
    del whole["REDIS_URL"]
    embedded = RedisSettings(unix_socket="/run/redis.sock")

    receiver, worker = both_settings(whole, redis=embedded)

    assert (receiver.redis, worker.redis) == (embedded, embedded)


URL = "https://host (http only for this machine), without a path"
SECONDS = "seconds, above 0 and at most 2592000"


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("AUTOTAGGER_PORT", "eighty", 'is "eighty"; wanted a port, 0 to 65535'),
        ("AUTOTAGGER_PORT", "65536", 'is "65536"; wanted a port, 0 to 65535'),
        ("AUTOTAGGER_PORT", "-1", 'is "-1"; wanted a port, 0 to 65535'),
        ("AUTOTAGGER_PORT", "٣", 'is "٣"; wanted a port, 0 to 65535'),
        ("AUTOTAGGER_PORT", "", "is empty; wanted a port, 0 to 65535"),
        ("AUTOTAGGER_CONCURRENCY", "0", 'is "0"; wanted a whole number, 1 to 1000000'),
        ("AUTOTAGGER_CONCURRENCY", "1_0", 'is "1_0"; wanted a whole number, 1 to 1000000'),
        ("AUTOTAGGER_LEASE", "0", f'is "0"; wanted {SECONDS}'),
        ("AUTOTAGGER_LEASE", "nan", f'is "nan"; wanted {SECONDS}'),
        ("AUTOTAGGER_LEASE", "1e9", f'is "1e9"; wanted {SECONDS}'),
        ("AUTOTAGGER_LEASE", "15s", f'is "15s"; wanted {SECONDS}'),
        ("AUTOTAGGER_CREATE_TAGS", "perhaps", 'is "perhaps"; wanted yes or no'),
        ("AUTOTAGGER_REGION", "mars", 'is "mars"; wanted us, eu or au'),
        ("AUTOTAGGER_INTERCOM_URL", "http://intercom.example.com", f'is "http://intercom.example.com"; wanted {URL}'),
        ("AUTOTAGGER_INTERCOM_URL", "https://a.example.com/v2", f'is "https://a.example.com/v2"; wanted {URL}'),
        ("AUTOTAGGER_INTERCOM_URL", "a.example.com", f'is "a.example.com"; wanted {URL}'),
        ("AUTOTAGGER_INTERCOM_URL", f"https://u:{SECRET}@example.com", f'is "https://...@example.com"; wanted {URL}'),
        ("AUTOTAGGER_HOST", "two words", 'is "two words"; wanted a host name or address'),
        ("AUTOTAGGER_HOST", "bell\a", r'is "bell\x07"; wanted a host name or address'),
        ("AUTOTAGGER_HOST", "\udcff", r'is "\udcff"; wanted a host name or address'),
        ("AUTOTAGGER_RULES", "/dev/null", 'is "/dev/null"; wanted a folder of rules'),
        ("AUTOTAGGER_RULES", "x" * 5000, f'is "{"x" * 200}..."; wanted a folder of rules'),
        ("AUTOTAGGER_ACCESS_TOKEN", "", "is empty; wanted an Intercom access token"),
        (
            "AUTOTAGGER_ACCESS_TOKEN",
            f"{SECRET}\nX-Header: yes",
            "holds a space or a character that is not ASCII; wanted an Intercom access token",
        ),
    ],
)  # fmt: skip
def test_a_mistake_names_variable_found_and_wanted(whole: dict[str, str], name: str, value: str, line: str) -> None:
    assert mistakes(whole | {name: value}) == [f"{name} {line}"]


def test_a_folder_of_rules_may_come_later(whole: dict[str, str], tmp_path: Path) -> None:
    later = tmp_path / "later"

    (workspace,) = worker_settings(whole | {"AUTOTAGGER_RULES": str(later)}).workspaces

    assert workspace.rules == later


def test_all_mistakes_come_at_once(whole: dict[str, str]) -> None:
    wrong = {
        "REDIS_URL": "http://redis.example.com",
        "AUTOTAGGER_APP_ID": "../x",
        "AUTOTAGGER_PORT": "x",
        "AUTOTAGGER_ADMIN_ID": "",
    }

    assert len(mistakes(whole | wrong)) == 4


@pytest.mark.parametrize("value", [f"{SECRET},,b", f",{SECRET}", f"{SECRET},", f"{SECRET} {SECRET}", f"ü{SECRET}"])
def test_a_bad_client_secret_is_not_repeated(whole: dict[str, str], value: str) -> None:
    (line,) = mistakes(whole | {"AUTOTAGGER_CLIENT_SECRETS": value})

    assert line.startswith("AUTOTAGGER_CLIENT_SECRETS ")
    assert SECRET not in line


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("AUTOTAGGER_PROT", "; did you mean AUTOTAGGER_PORT?"),
        ("AUTOTAGGER_CLIENT_SECRET", "; did you mean AUTOTAGGER_CLIENT_SECRETS?"),
        ("AUTOTAGGER_ACCESS_TOKEN_FIEL", "; did you mean AUTOTAGGER_ACCESS_TOKEN_FILE?"),
        ("AUTOTAGGER_port", "; did you mean AUTOTAGGER_PORT?"),
        ("AUTOTAGGER_REDIS_URL", "; did you mean REDIS_URL?"),
        ("AUTOTAGGER_XYLOPHONE", ""),
    ],
)
def test_an_unknown_variable_gets_the_nearest_name(whole: dict[str, str], name: str, hint: str) -> None:
    assert mistakes(whole | {name: "1"}) == [f"{name} is not a setting{hint}"]


def test_what_kubernetes_sets_for_a_service_of_our_name_is_not_ours(whole: dict[str, str]) -> None:
    links = {
        "AUTOTAGGER_SERVICE_HOST": "10.0.0.11",
        "AUTOTAGGER_SERVICE_PORT": "80",
        "AUTOTAGGER_SERVICE_PORT_HTTP": "80",
        "AUTOTAGGER_PORT": "tcp://10.0.0.11:80",
        "AUTOTAGGER_PORT_80_TCP": "tcp://10.0.0.11:80",
        "AUTOTAGGER_PORT_80_TCP_ADDR": "10.0.0.11",
        "AUTOTAGGER_REDIS_SERVICE_HOST": "10.0.0.12",
        "AUTOTAGGER_REDIS_PORT": "tcp://10.0.0.12:6379",
    }

    assert receiver_settings(whole | links).port == 8080


# Secrets from files


@pytest.mark.parametrize("content", ["token", "token\n", "token\r\n", "token \t\n\n"])
def test_a_secret_file_may_end_in_white_space(whole: dict[str, str], tmp_path: Path, content: str) -> None:
    del whole["AUTOTAGGER_ACCESS_TOKEN"]
    (tmp_path / "token").write_bytes(content.encode())

    worker = worker_settings(whole | {"AUTOTAGGER_ACCESS_TOKEN_FILE": str(tmp_path / "token")})

    assert worker.workspaces[0].access_token == "token"


def test_client_secrets_may_stand_on_lines_of_their_own(whole: dict[str, str], tmp_path: Path) -> None:
    del whole["AUTOTAGGER_CLIENT_SECRETS"]
    (tmp_path / "secrets").write_text("new\nold, older\n")

    receiver = receiver_settings(whole | {"AUTOTAGGER_CLIENT_SECRETS_FILE": str(tmp_path / "secrets")})

    assert receiver.sources[0].client_secrets == ("new", "old", "older")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "is empty; wanted an Intercom access token"),
        (b" \n", "is empty; wanted an Intercom access token"),
        (b"a b", "holds a space or a character that is not ASCII; wanted an Intercom access token"),
        (b"x" * 70_000, "is longer than 65536 bytes; wanted an Intercom access token"),
    ],
    ids=["empty", "blank", "space within", "huge"],
)
def test_what_is_in_a_secret_file_must_be_a_secret(
    whole: dict[str, str], tmp_path: Path, content: bytes, line: str
) -> None:
    del whole["AUTOTAGGER_ACCESS_TOKEN"]
    (tmp_path / "token").write_bytes(content)

    found = mistakes(whole | {"AUTOTAGGER_ACCESS_TOKEN_FILE": str(tmp_path / "token")})

    assert found == [f"AUTOTAGGER_ACCESS_TOKEN_FILE {line}"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("missing", ": no such file or directory"),
        ("folder", ": is a directory"),
        ("latin1", ", which is not UTF-8 text"),
        ("nul\0", ": no such path"),
    ],
)
def test_a_secret_file_that_cannot_be_read_gets_a_line(
    whole: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin1").write_bytes(b"caf\xe9")
    del whole["AUTOTAGGER_ACCESS_TOKEN"]

    (line,) = mistakes(whole | {"AUTOTAGGER_ACCESS_TOKEN_FILE": name})

    shown = name.replace("\0", r"\x00")
    assert line == f'AUTOTAGGER_ACCESS_TOKEN_FILE is "{shown}"{what}; wanted a file with an Intercom access token'


def test_a_secret_and_its_file_exclude_each_other(whole: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token")

    found = mistakes(whole | {"AUTOTAGGER_ACCESS_TOKEN_FILE": str(tmp_path / "token")})

    assert found == ["AUTOTAGGER_ACCESS_TOKEN_FILE is set, and so is AUTOTAGGER_ACCESS_TOKEN; set one of them"]


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ("AUTOTAGGER_REGION", "AUTOTAGGER_INTERCOM_URL", "https://intercom.example.com"),
        ("AUTOTAGGER_REDIS_HOST", "REDIS_URL", "redis://h"),
        ("AUTOTAGGER_REDIS_PASSWORD", "REDIS_URL", "redis://h"),
    ],
)
def test_two_ways_of_saying_one_thing_exclude_each_other(
    whole: dict[str, str], first: str, second: str, value: str
) -> None:
    found = mistakes(whole | {first: "eu", second: value})

    assert found == [f"{first} is set, and so is {second}; set one of them"]


# Redis


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://h", RedisSettings("h")),
        ("redis://h:1", RedisSettings("h", 1)),
        ("redis://h/3", RedisSettings("h", database=3)),
        ("redis://h?db=3", RedisSettings("h", database=3)),
        ("redis://[::1]:7", RedisSettings("::1", 7)),
        ("rediss://h", RedisSettings("h", tls=True)),
        ("redis://:p%40s%2Fs%25@h", RedisSettings("h", password="p@s/s%")),
        ("redis://us%3Aer:pass@h", RedisSettings("h", username="us:er", password="pass")),
        ("redis://h:6379/0/", RedisSettings("h")),
        ("unix:///run/redis.sock", RedisSettings(unix_socket="/run/redis.sock")),
        ("unix:///run/a%20b.sock?db=2", RedisSettings(unix_socket="/run/a b.sock", database=2)),
        ("unix://u:p@/s", RedisSettings(unix_socket="/s", username="u", password="p")),
    ],
)
def test_a_redis_url_is_read_whole(url: str, expected: RedisSettings) -> None:
    assert redis_settings({"REDIS_URL": url}) == expected


@pytest.mark.parametrize(
    ("url", "what"),
    [
        (f"http://u:{SECRET}@h", "does not begin with redis://, rediss:// or unix://"),
        (f"{SECRET}", "does not begin with redis://, rediss:// or unix://"),
        (f"redis://:{SECRET}@", "names no host"),
        (f"redis://:{SECRET}@h_!", "names no host"),
        (f"redis://:{SECRET}@h:port", "has a host or port that cannot be read"),
        (f"redis://:{SECRET}@h:70000", "has a host or port that cannot be read"),
        (f"redis://:[{SECRET}@h", "has a host or port that cannot be read"),
        (f"redis://:{SECRET}/x@h", "has a host or port that cannot be read"),
        (f"redis://:1#{SECRET}@h", "has a # in it"),
        (f"redis://:{SECRET}@h/zero", "has a database that is not a number"),
        (f"redis://:{SECRET}@h/1?db=2", "names more than one database"),
        (f"redis://:{SECRET}@h?ssl_cert_reqs=none", "has something else than db= after the question mark"),
        (f"redis://:{SECRET}%FF@h", "has a user, password or path that is not percent-encoded UTF-8"),
        (f"redis://:{SECRET}%00@h", "holds the character %00"),
        (f"redis://:{SECRET} @h", "holds a space or an unprintable character"),
        (f"unix://:{SECRET}@relative/path", "does not name the socket by its whole path"),
        ("unix://", "does not name the socket by its whole path"),
        ("", "is empty"),
    ],
)
def test_a_bad_redis_url_is_told_without_showing_it(url: str, what: str) -> None:
    (line,) = mistakes({"REDIS_URL": url}, redis_settings)

    assert line.startswith(f"REDIS_URL {what}")
    assert SECRET not in line


def test_a_redis_url_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://:pass@h:1/2\n")

    found = redis_settings({"REDIS_URL_FILE": str(tmp_path / "url")})

    assert found == RedisSettings("h", 1, 2, password="pass")


def test_redis_may_be_told_in_parts(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p@ss\n")

    found = redis_settings(
        {
            "AUTOTAGGER_REDIS_HOST": "redis.example.com",
            "AUTOTAGGER_REDIS_PORT": "6380",
            "AUTOTAGGER_REDIS_USER": "tagger",
            "AUTOTAGGER_REDIS_PASSWORD_FILE": str(tmp_path / "password"),
            "AUTOTAGGER_REDIS_TLS": "yes",
            "AUTOTAGGER_REDIS_DATABASE": "4",
        }
    )

    assert found == RedisSettings("redis.example.com", 6380, 4, "tagger", "p@ss", tls=True)


def test_sentinels_take_the_place_of_a_host() -> None:
    found = redis_settings({"AUTOTAGGER_REDIS_SENTINELS": "a, b:1,[::1]:2", "AUTOTAGGER_REDIS_MASTER": "main"})

    assert found == RedisSettings(sentinels=(("a", 26_379), ("b", 1), ("::1", 2)), service_name="main")


def test_where_no_redis_is_named_there_is_none() -> None:
    assert redis_settings({"PATH": "/bin", "AUTOTAGGER_PORT": "80"}) is None


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        (
            {"AUTOTAGGER_REDIS_PORT": "6379"},
            "AUTOTAGGER_REDIS_HOST and AUTOTAGGER_REDIS_SENTINELS are missing; wanted one of them",
        ),
        (
            {"AUTOTAGGER_REDIS_HOST": "h", "AUTOTAGGER_REDIS_SENTINELS": "a"},
            "AUTOTAGGER_REDIS_HOST and AUTOTAGGER_REDIS_SENTINELS are both set; wanted one of them",
        ),
        (
            {"AUTOTAGGER_REDIS_SENTINELS": "a:1/2"},
            'AUTOTAGGER_REDIS_SENTINELS is "a:1/2"; wanted host:port of each Sentinel, with commas between',
        ),
        (
            {"AUTOTAGGER_REDIS_HOST": "h", "AUTOTAGGER_REDIS_CA": "no such file"},
            'AUTOTAGGER_REDIS_CA is "no such file"; wanted a file of PEM certificates',
        ),
        (
            {"AUTOTAGGER_REDIS_HOST": "h", "AUTOTAGGER_REDIS_HOST_FILE": "f", "AUTOTAGGER_REDIS_TLS": "maybe"},
            'AUTOTAGGER_REDIS_TLS is "maybe"; wanted yes or no',
        ),
    ],
)  # fmt: skip
def test_parts_of_redis_that_do_not_fit(variables: dict[str, str], line: str) -> None:
    assert mistakes(variables, redis_settings) == [line]


def test_an_authority_goes_with_tls(tmp_path: Path) -> None:
    authority = _authorities(tmp_path)

    found = redis_settings({"REDIS_URL": "rediss://h", "AUTOTAGGER_REDIS_CA": authority})

    assert found == RedisSettings("h", tls=True, ca_file=authority)


def test_an_authority_without_tls_is_a_mistake(tmp_path: Path) -> None:
    found = mistakes({"REDIS_URL": "redis://h", "AUTOTAGGER_REDIS_CA": _authorities(tmp_path)}, redis_settings)

    assert found == ["AUTOTAGGER_REDIS_CA is set, but REDIS_URL does not begin with rediss://"]


def _authorities(folder: Path) -> str:
    known = ssl.create_default_context().get_ca_certs(binary_form=True)
    if not known:
        pytest.skip("this machine trusts no authority that could be copied")
    path = folder / "ca.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(known[0]))
    return str(path)


# Several workspaces, from a file


FILE = 'AUTOTAGGER_WORKSPACES is "workspaces.yaml"'
A_FILE = "wanted a YAML file of workspaces"
WORKSPACES = """
q4mx81zt:
  admin_id: 007
  rules: rules
  region: eu
  access_token_file: token
  client_secrets_file: secrets
zt81mx4q:
  admin_id: "991268"
  rules: rules
  intercom_url: http://localhost:4010
  calls_per_window: 50
  window: 2
  access_token_file: token
  client_secrets_file: secrets
"""


@pytest.fixture
def several(rules: Path) -> dict[str, str]:
    folder = rules.parent
    (folder / "token").write_text("token\n")
    (folder / "secrets").write_text("one,two\n")
    (folder / "workspaces.yaml").write_text(WORKSPACES)
    return {"REDIS_URL": "redis://h", "AUTOTAGGER_WORKSPACES": str(folder / "workspaces.yaml")}


def told(environment: dict[str, str]) -> list[str]:
    """The mistakes, with the file's own name for its whole path."""
    path = environment["AUTOTAGGER_WORKSPACES"]
    return [line.replace(path, Path(path).name) for line in mistakes(environment)]


def test_each_workspace_of_the_file_has_its_own_settings(several: dict[str, str], rules: Path) -> None:
    receiver, worker = both_settings(several)

    assert receiver.sources == (Source("q4mx81zt", ("one", "two")), Source("zt81mx4q", ("one", "two")))
    assert worker.workspaces == (
        Workspace("q4mx81zt", "https://api.eu.intercom.io", "token", "007", rules),
        Workspace("zt81mx4q", "http://localhost:4010", "token", "991268", rules, 50, 2.0),
    )


def test_a_process_opens_only_its_own_secrets_of_the_file(several: dict[str, str], rules: Path) -> None:
    (rules.parent / "token").unlink()

    assert len(receiver_settings(several).sources) == 2
    assert len(mistakes(several, worker_settings)) == 2


def test_a_mistake_in_the_file_names_its_line(several: dict[str, str]) -> None:
    Path(several["AUTOTAGGER_WORKSPACES"]).write_text(f"""
q4mx81zt:
  admin_id: a b
  rules: rules
  rules: others
  region: [eu]
  acces_token_file: token
  access_token: {SECRET}
"no": no
""")

    assert told(several) == [
        'workspaces.yaml:5: "rules" is there twice',
        'workspaces.yaml:7: "acces_token_file" is not a setting of a workspace; did you mean access_token_file?',
        "workspaces.yaml:6: region is a list or mapping; wanted one value",
        'workspaces.yaml:9: wanted the settings of "no", one key a line',
        f"workspaces.yaml:2: q4mx81zt.client_secrets_file is missing; wanted {CLIENT_SECRETS.wanted}",
        "workspaces.yaml:8: q4mx81zt.access_token is a secret; name a file that holds it: access_token_file",
        f'workspaces.yaml:3: q4mx81zt.admin_id is "a b"; wanted {ADMIN_ID.wanted}',
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", f"{FILE}, which names no workspace"),
        ("{}", f"{FILE}, which names no workspace"),
        ("- q4mx81zt", "workspaces.yaml:1: wanted the settings of each workspace under its app_id"),
        ("[a]: b", "workspaces.yaml:1: wanted the settings of each workspace under its app_id"),
        ("q4mx81zt:", 'workspaces.yaml:1: wanted the settings of "q4mx81zt", one key a line'),
        ("\n../x: {}", f'workspaces.yaml:2: "../x" is not an app_id; wanted {APP_ID.wanted}'),
        ("a:\n  [", f"{FILE}, line 2: expected the node content, but found '<stream end>'; {A_FILE}"),
        ("a: {}\n---\nb: {}", f"{FILE}, line 2: but found another document; {A_FILE}"),
        ('a: "\\UFFFFFFFF"', f"{FILE}, which cannot be read; {A_FILE}"),
        ("[" * 10_000, f"{FILE}, which cannot be read; {A_FILE}"),
        ("#" * 1_100_000, f"{FILE}, which cannot be read; {A_FILE}"),
    ],
    ids=["empty", "no entry", "list", "odd key", "null", "bad id", "broken", "two", "bad escape", "deep", "huge"],
)
def test_a_file_that_is_none_of_workspaces(several: dict[str, str], content: str, line: str) -> None:
    Path(several["AUTOTAGGER_WORKSPACES"]).write_text(content)

    assert told(several)[0] == line


@pytest.mark.parametrize(("name", "reason"), [("none.yaml", "no such file or directory"), (".", "is a directory")])
def test_a_file_of_workspaces_that_cannot_be_opened(several: dict[str, str], name: str, reason: str) -> None:
    found = mistakes(several | {"AUTOTAGGER_WORKSPACES": name})

    assert found == [f'AUTOTAGGER_WORKSPACES is "{name}": {reason}; wanted a YAML file of workspaces']


@pytest.mark.parametrize("name", ["AUTOTAGGER_APP_ID", "AUTOTAGGER_ACCESS_TOKEN_FILE", "AUTOTAGGER_WINDOW"])
def test_a_setting_of_a_workspace_belongs_in_the_file(several: dict[str, str], name: str) -> None:
    found = mistakes(several | {name: "1"})

    assert found == [f"{name} is set, and so is AUTOTAGGER_WORKSPACES; put it into that file"]


# Whatever the environment holds

NAMES = sorted({"REDIS_URL", "REDIS_URL_FILE", *(f"AUTOTAGGER_{key.upper()}" for key in KEYS)})

VALUES = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Nd", "Lu"]), max_size=10),
    st.from_regex(r"(redis|rediss|unix|https?)://[a-z:@/?#%\[\]0-9=]{0,20}", fullmatch=True),
    st.sampled_from([".", "0", "1", "yes", "eu", "/dev/null", "a,b", "h:1", "[::1]:2", "redis://h", "a" * 5000]),
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES) | st.from_regex(r"AUTOTAGGER_[A-Z_]{0,9}", fullmatch=True), VALUES))
def test_no_environment_raises_anything_but_settings_errors(environment: dict[str, str]) -> None:
    for read in (receiver_settings, worker_settings, redis_settings):
        lines: tuple[str, ...] = ()
        try:
            read(environment)
        except SettingsError as error:
            lines = error.mistakes or ("an error without a mistake\n",)

        assert all(line.isprintable() for line in lines)


@settings(
    derandomize=True, max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(st.binary(max_size=60), st.text(alphabet="ab_: -\n\t[]{}\"'&*!|>%#?,.\\x", max_size=60).map(str.encode))
)
def test_no_file_of_workspaces_raises_anything_but_settings_errors(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "workspaces.yaml"
    file.write_bytes(content)

    lines = mistakes({"REDIS_URL": "redis://h", "AUTOTAGGER_WORKSPACES": str(file)})

    assert all(line.isprintable() for line in lines)
