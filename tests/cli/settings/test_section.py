from cli.settings.forms import ADMIN_ID
from cli.settings.section import Section


def test_a_secret_that_does_not_fit_is_not_shown() -> None:
    section = Section({"key": "not fitting"}, str.upper, [])

    section.secret("key", ADMIN_ID)

    assert section.mistakes == [f"KEY is something else; wanted {ADMIN_ID.wanted}"]


def test_a_key_that_had_its_line_gets_no_second_one() -> None:
    section = Section({}, str.upper, [], spoilt=frozenset({"key"}))

    section.read("key", ADMIN_ID)
    section.secret("key", ADMIN_ID)

    assert section.given({"key": ADMIN_ID}) == {"key": None}
    assert section.mistakes == []
