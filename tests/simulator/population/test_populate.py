import re
from collections import Counter
from collections.abc import Iterable

import msgspec
import pytest

from simulator.population.populate import SPAN, populate
from simulator.population.size import Size
from simulator.population.words import LANGUAGES, TOPICS
from simulator.workspace.objects import Kind, Tagged
from simulator.workspace.state import Workspace

NOW = 1_795_000_000


def invented(size: Size, seed: int = 7) -> Workspace:
    workspace = Workspace()
    populate(workspace, size, seed=seed, now=NOW, app_id="q4mx81zt")
    return workspace


def bytes_of(workspace: Workspace) -> bytes:
    objects = [(kind, tagged.item, list(tagged.tags.items()), tagged.companies) for kind, tagged in _all(workspace)]
    segments = [(segment.id, segment.name, sorted(segment.members)) for segment in workspace.segments.values()]
    return msgspec.json.encode([objects, segments, list(workspace.tags.values())])


def _all(workspace: Workspace) -> Iterable[tuple[tuple[Kind, str], Tagged]]:
    return workspace.objects.items()


def counts(workspace: Workspace) -> Counter[Kind]:
    return Counter(tagged.kind for tagged in workspace.objects.values())


@pytest.fixture(scope="module", name="workspace")
def a_workspace() -> Workspace:
    return invented(Size(1_000))


def test_the_same_seed_invents_the_same_bytes() -> None:
    first, again, other = invented(Size(50)), invented(Size(50)), invented(Size(50), seed=8)

    assert bytes_of(first) == bytes_of(again)
    assert bytes_of(first) != bytes_of(other)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param(Size(1_000), (1_000, 200, 500, 50), id="all follows from the conversations"),
        pytest.param(Size(3, 2, 1, 0), (3, 2, 1, 0), id="all is said"),
        pytest.param(Size(0, contacts=4), (0, 0, 4, 0), id="people only"),
        pytest.param(Size(2, contacts=0), (2, 0, 1, 0), id="somebody has to write"),
        pytest.param(Size(), (0, 0, 0, 0), id="nothing"),
    ],
)
def test_as_much_is_invented_as_is_wanted(size: Size, expected: tuple[int, ...]) -> None:
    found = counts(invented(size))

    assert tuple(found[kind] for kind in ("conversation", "ticket", "contact", "company")) == expected


def test_nobody_is_invented_twice(workspace: Workspace) -> None:
    for name in ("email", "external_id"):
        found = [contact.item[name] for contact in workspace.every("contact") if contact.item[name] is not None]

        assert len(found) == len(set(found))


def test_everybody_lives_at_example_com(workspace: Workspace) -> None:
    text = bytes_of(workspace).decode()

    hosts = set(re.findall(r"(?:@|https?://)([\w.-]+)", text))

    assert {host for host in hosts if not host.endswith("example.com")} == set()


def test_all_happened_within_the_span_and_in_order(workspace: Workspace) -> None:
    for conversation in workspace.every("conversation"):
        item = conversation.item
        times = [item["created_at"], *(part["created_at"] for part in item["conversation_parts"]["conversation_parts"])]

        assert times[0] >= NOW - SPAN - 1
        assert times == sorted(times)
        assert times[-1] == item["updated_at"] <= NOW


def test_every_language_and_topic_occurs(workspace: Workspace) -> None:
    attributes = [conversation.item["custom_attributes"] for conversation in workspace.every("conversation")]

    assert {one["Language"] for one in attributes} == {language.name for language in LANGUAGES}
    assert {one["Topic"] for one in attributes} == {"Billing", "Bug", "Retention", "Other"}
    assert all(language.topics.keys() == TOPICS.keys() for language in LANGUAGES)


def test_every_placeholder_is_filled_in(workspace: Workspace) -> None:
    assert not re.search(rb"\{(order|amount|day)\}", bytes_of(workspace))


def test_states_channels_tags_and_ratings_are_mixed(workspace: Workspace) -> None:
    conversations = [conversation.item for conversation in workspace.every("conversation")]
    states = {item["ticket_state"] for item in (ticket.item for ticket in workspace.every("ticket"))}

    assert {item["state"] for item in conversations} == {"open", "closed", "snoozed"}
    assert {item["source"]["type"] for item in conversations} == {"conversation", "email", "whatsapp", "instagram"}
    assert states == {"submitted", "in_progress", "waiting_on_customer", "resolved"}
    assert {bool(item["conversation_rating"]) for item in conversations} == {True, False}
    assert {bool(tagged.tags) for tagged in workspace.every("ticket")} == {True, False}
    assert all(any(map(segment.holds, workspace.every("contact"))) for segment in workspace.segments.values())


def test_companies_know_how_many_belong_to_them(workspace: Workspace) -> None:
    belonging = Counter(company for contact in workspace.every("contact") for company in contact.companies)

    assert {company.id: company.item["user_count"] for company in workspace.every("company")} == {
        company.id: belonging[company.id] for company in workspace.every("company")
    }
