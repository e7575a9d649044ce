"""What a notification says, written by hand: tests/facts/expected/README.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rules.language.values import Absent

FOLDER = Path(__file__).parent / "expected"


@dataclass(frozen=True)
class Expectation:
    """`target` is written as `conversation:12`, empty where the notification is `ignored`, for the reason given."""

    target: str
    fields: Mapping[str, Any]
    not_fetched: frozenset[str]
    tag_ids: frozenset[str] | None
    ignored: str

    def of(self, path: str) -> object:
        """What a field holds, or why it holds nothing."""
        if path in self.fields:
            return Absent.MISSING if self.fields[path] == "" else self.fields[path]
        groups = {path.rsplit(".", depth)[0] for depth in range(path.count(".") + 1)}
        return Absent.NOT_FETCHED if groups & self.not_fetched else Absent.MISSING


def expected(corpus: str, topic: str, version: str = "") -> Expectation:
    """What the notification of a topic says, in the words of one of the folders here."""
    special = FOLDER / corpus / f"{topic}-{version}.yaml"
    document = _read(special if special.exists() else FOLDER / corpus / f"{topic}.yaml")
    tag_ids = document.get("tag_ids")
    return Expectation(
        target=document.get("target", ""),
        fields={path: value for path, value in document["fields"].items() if value is not None},
        not_fetched=frozenset(document.get("not_fetched", ())),
        tag_ids=None if tag_ids is None else frozenset(tag_ids),
        ignored=document.get("ignored", ""),
    )


def topics(corpus: str) -> set[str]:
    """The topics that a folder speaks of."""
    names = {path.stem for path in (FOLDER / corpus).glob("*.yaml")}
    return {name for name in names if not name.startswith("_") and "-2." not in name}


def _read(path: Path) -> dict[str, Any]:
    own: dict[str, Any] = yaml.safe_load(path.read_text())
    whole: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for name in own.pop("like", ()):
        begun = _read(path.with_name(f"{name}.yaml"))
        fields |= begun.pop("fields")
        whole |= begun
    return whole | own | {"fields": fields | own.get("fields", {})}
