"""What `rules fields` says of where fields come from agrees with what notifications bring."""

from pathlib import Path

import pytest

from cli.events import facts_of
from facts.routing import Ignored
from rules.language import fields
from rules.telling.origin import PAYLOAD, origin

NOTIFICATIONS = sorted((Path(__file__).parent / "notifications").rglob("*.json"))


@pytest.mark.parametrize("file", NOTIFICATIONS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_a_notification_brings_is_said_to_come_from_it(file: Path) -> None:
    try:
        facts = facts_of(file.read_bytes())
    except Ignored:
        pytest.skip("the service does nothing with it")

    about_a_contact = str(facts.values["event.topic"]).endswith((".contact.attached", ".contact.detached"))
    for path in facts.values:
        if about_a_contact and path.startswith(("contact.", "company.")):
            continue  # these alone bring the whole contact, and in exchange nothing of the conversation
        field = fields.find(path)
        assert field is not None
        found = origin(field, facts.kind)
        assert found is not None, path
        assert found.words == PAYLOAD, path
