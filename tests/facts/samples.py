"""The notifications beside this file: one of every topic, and those that differ by API version."""

import json
from pathlib import Path
from typing import Any

from facts import item, notification, routing
from facts.notification import Notification
from facts.view import view
from rules.language.values import Facts

FOLDER = Path(__file__).parent / "notifications"
WORKSPACE = "w3kd92ab"
CONVERSATION = "330100200300400"
TICKET = "330100200300777"
USER = "6731aa01bb02cc03dd04ee05"
LEAD = "6731aa09bb0acc0bdd0cee0d"
COMPANY = "6730ff01bb02cc03dd04ee99"


def topics(version: str = "2.10") -> list[str]:
    return sorted(path.stem for path in (FOLDER / version).glob("*.json"))


def body(topic: str, version: str = "2.10") -> bytes:
    return (FOLDER / version / f"{topic}.json").read_bytes()


def document(topic: str, version: str = "2.10") -> Any:
    return json.loads(body(topic, version))


def item_of(topic: str, version: str = "2.10") -> Any:
    return document(topic, version)["data"]["item"]


def with_item(topic: str, changed: object) -> Notification:
    """The notification of a topic with another item."""
    whole = document(topic)
    whole["data"]["item"] = changed
    return notification.read(json.dumps(whole).encode())


def facts_of(found: Notification) -> Facts:
    """What a worker sees of a notification."""
    kept = item.load(item.trim(found))
    return view(found.topic, routing.find(found), kept, found.created_at, found.delivery_attempts)


def facts(topic: str, version: str = "2.10") -> Facts:
    return facts_of(notification.read(body(topic, version)))


def facts_with(topic: str, changed: object) -> Facts:
    return facts_of(with_item(topic, changed))
