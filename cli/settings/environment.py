"""The environment as sections of settings: which variables are ours, and which only look like it."""

import re
from collections.abc import Collection, Mapping

from cli.settings.forms import printable
from cli.settings.section import Section
from rules.findings.suggestion import nearest

PREFIX = "AUTOTAGGER_"
REDIS_URL = "REDIS_URL"

# Kubernetes tells every pod of every Service. One named "autotagger" gives AUTOTAGGER_PORT=tcp://10.0.0.11:8080,
# AUTOTAGGER_SERVICE_HOST and more: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
SERVICE_NAME = re.compile(r"\w+_SERVICE_(HOST|PORT(_\w+)?)|\w+_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
SERVICE_VALUE = re.compile(r"(tcp|udp|sctp)://.*")


def prefixed(environment: Mapping[str, str], mistakes: list[str]) -> Section:
    """The variables that begin with AUTOTAGGER_, by their key: AUTOTAGGER_OPS_PORT is `ops_port`."""
    values = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name.isupper() and not _is_service(name, value)
    }
    return Section(values, variable, mistakes)


def redis_url(environment: Mapping[str, str], mistakes: list[str]) -> Section:
    """REDIS_URL and REDIS_URL_FILE, which have no prefix because every host of Redis gives that name."""
    names = (REDIS_URL, f"{REDIS_URL}_FILE")
    return Section({name.lower(): environment[name] for name in names if name in environment}, str.upper, mistakes)


def variable(key: str) -> str:
    """The variable of a key."""
    return f"{PREFIX}{key.upper()}"


def check_names(environment: Mapping[str, str], keys: Collection[str], mistakes: list[str]) -> None:
    """Add a line for each variable that begins with AUTOTAGGER_ and is none of `keys`."""
    known = {variable(key): variable(key) for key in keys} | {f"{PREFIX}{REDIS_URL}": REDIS_URL}
    for name in sorted(environment):
        is_ours = name.startswith(PREFIX) and not _is_service(name, environment[name])
        if is_ours and (name not in known or known[name] != name):
            mistakes.append(f"{printable(name)} is not a setting{_suggestion(name, known)}")


def _suggestion(name: str, known: Mapping[str, str]) -> str:
    # Without the prefix, which would make any two names look alike.
    near = nearest(name.removeprefix(PREFIX), [candidate.removeprefix(PREFIX) for candidate in known])
    return f"; did you mean {known[PREFIX + near]}?" if near else ""


def _is_service(name: str, value: str) -> bool:
    if SERVICE_NAME.fullmatch(name):
        return True
    return name.endswith("_PORT") and SERVICE_VALUE.fullmatch(value) is not None
