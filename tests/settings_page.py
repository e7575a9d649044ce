"""The page about settings, from the code: `python -m tests.settings_page` prints it, `make docs` writes it.

The words are those of settings_page.txt, whose tables name variables and say what they mean. Who reads each, what it
takes and what holds without it is asked of the code, by giving it settings with a mistake in that one variable.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from cli.operator import LONGEST
from cli.settings import SettingsError, receiver_settings, redis_address, worker_settings
from cli.settings.environment import PREFIX, REDIS_URL, variable
from cli.settings.reading import KEYS
from cli.settings.redis_address import PARTS
from service.settings import ReceiverSettings
from state.settings import RedisSettings
from workers.intercom.regions import BASE_URLS
from workers.settings import WorkerSettings, Workspace

WORDS = Path(__file__).with_suffix(".txt")

READERS: Final[dict[str, Callable[[Mapping[str, str]], Any]]] = {"S": receiver_settings, "W": worker_settings}
COMPLETE: Final = {
    REDIS_URL: "redis://127.0.0.1",
    variable("app_id"): "abc12def",
    variable("client_secrets"): "invented",
    variable("access_token"): "invented",
    variable("admin_id"): "1",
    variable("rules"): "rules",
}
ROW: Final = re.compile(r"\| `([A-Z_]+)` \| (.*) \|")
HEAD: Final = ("| variable | meaning |", "| variable | read by | takes | unless told | meaning |")
RULE: Final = ("|---|---|", "|---|---|---|---|---|")
PLACES: Final = {*redis_address.KEYS} - {"redis_ca"}


def page() -> str:
    """The whole page."""
    return "\n".join(map(_expanded, WORDS.read_text("utf-8").splitlines())) + "\n"


def variables() -> list[str]:
    """All that a process may be told, without the names of the files of secrets."""
    return [REDIS_URL, *(variable(key) for key in sorted(KEYS) if key.removesuffix("_file") not in KEYS - {key})]


def _expanded(line: str) -> str:
    for before, after in (HEAD, RULE):
        if line == before:
            return after
    row = ROW.fullmatch(line)
    return line if row is None else _row(row[1], row[2])


def _row(name: str, meaning: str) -> str:
    read_by, takes = _asked(name)
    also = f"; or `{name}_FILE`, a file of it" if name == REDIS_URL or f"{_key(name)}_file" in KEYS else ""
    return f"| `{name}` | {read_by} | {takes}{also} | {_otherwise(name)} | {meaning} |"


def _asked(name: str) -> tuple[str, str]:
    """Who takes an empty value for a mistake, and what they want instead."""
    wanted = {
        reader: words
        for reader in READERS
        for mistake in _mistakes(reader, _others(name) | {name: ""})
        for words in re.findall(rf"^{name} is empty; wanted (.*)$", mistake)
    }
    if not wanted:
        return "commands", f"at most {LONGEST} printable characters"
    (takes,) = set(wanted.values())
    return " ".join(wanted), takes


def _others(name: str) -> dict[str, str]:
    """Settings that lack nothing but `name`; what is said in place of a URL of Redis goes with no such URL."""
    others = COMPLETE | {variable("redis_host"): "127.0.0.1"} if _key(name) in PLACES else COMPLETE
    unwanted = {name, REDIS_URL} if _key(name) in PLACES else {name}
    return {other: value for other, value in others.items() if other not in unwanted}


def _mistakes(reader: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    try:
        READERS[reader](environment)
    except SettingsError as error:
        return error.mistakes
    return ()


def _otherwise(name: str) -> str:
    if any(mistake.startswith(f"{name} is missing") for one in READERS for mistake in _mistakes(one, _others(name))):
        return "must be told"
    if _key(name) == "region":
        return next(word for word, url in BASE_URLS.items() if url == worker_settings(COMPLETE).workspaces[0].base_url)
    found = dict(_defaults(_key(name)))
    if len(set(found.values())) > 1:
        return ", ".join(f"{reader}: {default}" for reader, default in found.items())
    return next(iter(found.values()), "")


def _defaults(key: str) -> Iterator[tuple[str, str]]:
    """What each process takes where nobody tells. A host is told, or else a URL or Sentinels are."""
    own: dict[str, tuple[type, ...]] = {"S": (ReceiverSettings,), "W": (WorkerSettings, Workspace)}
    for reader in READERS if key != "redis_host" else ():
        for settings in (RedisSettings,) if key in PARTS else own[reader]:
            for field in fields(settings):
                if field.name == (PARTS[key][0] if key in PARTS else key):
                    yield reader, _shown(field.default)


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, int | float):
        return f"{default:.10g}"
    return default if isinstance(default, str) else ""


def _key(name: str) -> str:
    return name.removeprefix(PREFIX).lower()


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - that is what it is for
