"""Where Redis is, as the environment says it: REDIS_URL, or variables for each part."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from cli.settings.forms import (
    DATABASE,
    HOST,
    NAME,
    PASSWORD,
    PORT,
    SWITCH,
    Form,
    Refused,
    certificates,
    endpoint,
    listed,
    split_url,
)
from cli.settings.section import Section
from state.settings import RedisSettings

SENTINEL_PORT = 26_379

PARTS: dict[str, tuple[str, Form[Any]]] = {
    "redis_host": ("host", HOST),
    "redis_port": ("port", PORT),
    "redis_user": ("username", NAME),
    "redis_tls": ("tls", SWITCH),
    "redis_database": ("database", DATABASE),
    "redis_sentinels": (
        "sentinels",
        listed(endpoint(SENTINEL_PORT), "host:port of each Sentinel, with commas between"),
    ),
    "redis_master": ("service_name", NAME),
}
"""Our key for each field of RedisSettings that is neither secret nor a file."""

KEYS = (*PARTS, "redis_password", "redis_password_file", "redis_ca")


def find(url: Section, parts: Section) -> RedisSettings | None:
    """What the section with REDIS_URL or the one with AUTOTAGGER_REDIS_* says; None where neither says anything."""
    if url.has_secret("redis_url"):
        return _from_url(url, parts)
    if any(map(parts.has, KEYS)):
        return _from_parts(parts)
    return None


def _from_url(url: Section, parts: Section) -> RedisSettings | None:
    for key in KEYS:
        if key != "redis_ca" and parts.has(key):
            parts.mistake(key, f"is set, and so is {url.name('redis_url')}; set one of them")
    found = url.given_secret("redis_url", URL)
    authority = parts.given({"redis_ca": certificates(parts.folder)})
    if found and authority and not found.tls:
        parts.mistake("redis_ca", f"is set, but {url.name('redis_url')} does not begin with rediss://")
    return replace(found, ca_file=authority.get("redis_ca")) if found else None


def _from_parts(parts: Section) -> RedisSettings:
    if parts.has("redis_host") == parts.has("redis_sentinels"):
        state = "both set" if parts.has("redis_host") else "missing"
        parts.mistake("redis_host", f"and {parts.name('redis_sentinels')} are {state}; wanted one of them")
    plain = parts.given({key: form for key, (_, form) in PARTS.items()})
    authority = parts.given({"redis_ca": certificates(parts.folder)}).get("redis_ca")
    return RedisSettings(
        **{PARTS[key][0]: value for key, value in plain.items()},
        password=parts.given_secret("redis_password", PASSWORD),
        ca_file=authority,
    )


def read_url(text: str) -> RedisSettings:
    """The settings in a Redis URL; user and password percent-decoded.

    Raises:
        Refused: for anything that is not understood whole; the message repeats nothing of the URL.
    """
    url = split_url(text)
    if url.fragment:
        raise Refused("has a # in it (percent-encode it: %23)")
    if url.scheme not in ("redis", "rediss", "unix"):
        raise Refused("does not begin with redis://, rediss:// or unix://")
    where = _socket(url) if url.scheme == "unix" else _network(url)
    return replace(where, username=_decoded(url.username), password=_decoded(url.password))


def _socket(url: SplitResult) -> RedisSettings:
    if url.hostname or url.path in ("", "/"):
        raise Refused("does not name the socket by its whole path (unix:///path)")
    return RedisSettings(unix_socket=_decoded(url.path), database=_database(url, ""))


def _network(url: SplitResult) -> RedisSettings:
    if not url.hostname or re.fullmatch(r"[a-z0-9._:-]+", url.hostname) is None:
        raise Refused("names no host")
    port = 6379 if url.port is None else url.port
    return RedisSettings(url.hostname, port, _database(url, url.path.strip("/")), tls=url.scheme == "rediss")


def _database(url: SplitResult, path: str) -> int:
    found = [path] if path else []
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        if name != "db":
            raise Refused("has something else than db= after the question mark")
        found.append(value)
    try:
        numbers = [DATABASE.parse(text) for text in found]
    except ValueError:
        raise Refused("has a database that is not a number") from None
    if len(numbers) > 1:
        raise Refused("names more than one database")
    return numbers[0] if numbers else 0


def _decoded(text: str | None) -> str | None:
    try:
        plain = unquote(text or "", errors="strict")
    except ValueError:
        raise Refused("has a user, password or path that is not percent-encoded UTF-8") from None
    if "\0" in plain:
        raise Refused("holds the character %00")
    return plain or None


URL = Form("redis://user:password@host:6379/0, rediss:// (TLS) or unix:///path", read_url)
