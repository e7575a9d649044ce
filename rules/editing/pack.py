"""A folder of rules as the manifest of a Kubernetes ConfigMap.

https://kubernetes.io/docs/concepts/configuration/configmap/
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from textwrap import indent

from rules.findings.finding import Findings
from rules.reading.loader import File

LARGEST = 1024 * 1024
"""Bytes of all files together that Kubernetes takes."""

LARGEST_APPLIED = 256 * 1024
"""Bytes up to which `kubectl apply` can note down what it applied; beyond it there is only `--server-side`."""

_FOLDED = "--"
_LONGEST_KEY = 253
_NOT_IN_KEY = re.compile(r"[^-._a-zA-Z0-9]+")
# In a block of lines as they are, YAML would change these, or would not see that they end a line.
_NOT_IN_BLOCK = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def data(files: Iterable[File], folder: str, findings: Findings) -> Mapping[str, str]:
    """The files by flat keys; a finding for what does not fit into a ConfigMap. They are all UTF-8."""
    packed: dict[str, str] = {}
    names: dict[str, str] = {}
    for file in files:
        key = _key(file.name, folder)
        first = names.setdefault(key, file.name)
        if first != file.name:
            message = f'this file and {first} would both have the key "{key}": rename one of them'
            findings.file(file.name, "error", "same-key", message)
        packed[key] = file.content.decode()
    size = sum(len(text.encode()) for text in packed.values())
    if size > LARGEST:
        message = f"these rules have {size:,} bytes; a ConfigMap takes {LARGEST:,}"
        findings.file(folder, "error", "too-large-for-a-configmap", message)
    return dict(sorted(packed.items()))


def manifest(data: Mapping[str, str], version: str, name: str, namespace: str | None) -> str:
    """The manifest, the same for the same files; `version` is the hash of the rule set."""
    of_namespace = (f"  namespace: {namespace}",) if namespace else ()
    lines = (
        "apiVersion: v1",
        "kind: ConfigMap",
        "metadata:",
        f"  name: {name}",
        *of_namespace,
        "  annotations:",
        f'    autotagger-rules-hash: "{version}"',
        "data:",
        *(f"  {json.dumps(key)}: {_value(text)}" for key, text in data.items()),
    )
    return "\n".join(lines) + "\n"


def _key(name: str, folder: str) -> str:
    inside = PurePath(name).relative_to(folder)
    return _NOT_IN_KEY.sub("-", _FOLDED.join(inside.parts))[-_LONGEST_KEY:]


def _value(text: str) -> str:
    """The text as lines where they come out as they are, else in quotes."""
    if not text.strip() or _NOT_IN_BLOCK.search(text) or text.startswith((" ", "\n")):
        return _quoted(text)
    kept = text.rstrip("\n")
    chomping = {0: "-", 1: ""}.get(len(text) - len(kept), "+")
    body = indent(text if chomping == "+" else kept, "    ", lambda line: line != "\n")
    return f"|{chomping}\n{body.removesuffix(chr(10))}"


def _quoted(text: str) -> str:
    """In double quotes, with the escapes of JSON, which YAML has too; beyond U+FFFF YAML has another."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(character if character.isprintable() else f"\\U{ord(character):08x}" for character in quoted)
