"""One event gives the same facts, whichever payload version tells of it."""

from collections.abc import Callable
from typing import Any

import pytest

from facts import item as items
from facts import tags
from facts.topics import TOPICS
from rules.language.fields import find
from rules.language.values import Facts
from rules.words.html import to_text
from tests.facts import samples, versions

DECIDING = sorted(topic for topic, how in TOPICS.items() if not how.ignored)
LINK = "https://shop.example.com/next"


def as_rules_read(found: Facts) -> Facts:
    """The facts with their texts as words, and without the one address that a plain body does not write out."""
    values = {path: _words(path, value) for path, value in found.values.items()}
    if values.get("message.links") == (LINK,):
        del values["message.links"]
    return Facts(found.kind, values, found.not_fetched)


def _words(path: str, value: Any) -> Any:
    field = find(path)
    if field is None or field.markup == "none" or not isinstance(value, str):
        return value
    return " ".join(to_text(value, quotes=field.markup == "html").split())


def present(topic: str, item: versions.Item) -> frozenset[str] | None:
    found = samples.with_item(topic, item)
    kind = samples.facts_of(found).kind
    return tags.present(kind, items.load(items.trim(found)))


@pytest.mark.parametrize("version", versions.VERSIONS)
@pytest.mark.parametrize("topic", DECIDING)
def test_every_version_gives_the_same_facts(topic: str, version: str) -> None:
    item = versions.in_version(topic, samples.item_of(topic), version)

    found = samples.facts_with(topic, item)

    assert as_rules_read(found) == as_rules_read(samples.facts(topic))
    assert present(topic, item) == present(topic, samples.item_of(topic))


@pytest.mark.parametrize("version", ["2.14", "2.15"])
def test_the_versions_made_here_are_those_of_the_notifications(version: str) -> None:
    for topic in samples.topics(version):
        made = versions.in_version(topic, samples.item_of(topic), version)

        assert samples.facts_with(topic, made).values.keys() - {"message.links"} == (
            samples.facts(topic, version).values.keys() - {"message.links"}
        )


@pytest.mark.parametrize("version", ["2.10", "2.16"])
@pytest.mark.parametrize(
    "change",
    [versions.in_unix_seconds, versions.in_iso, versions.with_numbers_for_ids, versions.with_texts_for_ids],
)
@pytest.mark.parametrize("topic", DECIDING)
def test_times_and_ids_may_be_written_either_way(
    topic: str, change: Callable[[versions.Item], versions.Item], version: str
) -> None:
    plain = versions.in_whole_seconds(versions.in_version(topic, samples.item_of(topic), version))
    changed = change(versions.in_whole_seconds(versions.in_version(topic, samples.item_of(topic), version)))

    assert samples.facts_with(topic, changed) == samples.facts_with(topic, plain)
    assert present(topic, changed) == present(topic, plain)


@pytest.mark.parametrize(
    ("version", "topic"),
    [
        ("2.12", "ticket.created"),
        ("2.13", "conversation.user.replied"),
        ("2.14", "ticket.attribute.updated"),
        ("2.15", "conversation.user.created"),
        ("2.15", "ticket.closed"),
        ("2.16", "contact.user.updated"),
        ("2.16", "ticket.team.assigned"),
    ],
)
def test_a_version_differs_from_the_one_before(version: str, topic: str) -> None:
    before = versions.VERSIONS[versions.VERSIONS.index(version) - 1]

    made, older = (versions.in_version(topic, samples.item_of(topic), each) for each in (version, before))

    assert made != older


def test_times_and_forms_differ() -> None:
    assert versions.in_unix_seconds(samples.item_of("company.updated")) != samples.item_of("company.updated")
    assert versions.in_iso(samples.item_of("ticket.created")) != samples.item_of("ticket.created")
    closed = versions.in_version("ticket.closed", samples.item_of("ticket.closed"), "2.15")
    assert closed.keys() == {"ticket"}
