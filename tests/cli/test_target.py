"""What people may write for TARGET."""

import pytest

from cli.target import WANTED, Named, NoTarget, parse

NOT_ONE = f"has no /conversation/ and number in its path; {WANTED}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("conversation:123", Named("conversation", "123")),
        ("ticket:7", Named("ticket", "7")),
        ("contact:6762f0dd1bb69f9f2193bb83", Named("contact", "6762f0dd1bb69f9f2193bb83")),
        (" company:5f4d-a_b ", Named("company", "5f4d-a_b")),
        (
            "https://app.intercom.com/a/inbox/q4mx81zt/inbox/shared/all/conversation/123?view=List",
            Named("conversation", "123", "q4mx81zt"),
        ),
        (
            "https://app.eu.intercom.com/a/apps/q4mx81zt/inbox/inbox/all/conversations/123#part_id=comment-123-9",
            Named("conversation", "123", "q4mx81zt"),
        ),
        ("HTTPS://support.example.com/conversation/123/", Named("conversation", "123")),
    ],
)
def test_a_target_is_a_kind_with_an_id_or_a_link(text: str, wanted: Named) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("123", f'"123" names nothing that has tags; {WANTED}'),
        ("", f'"" names nothing that has tags; {WANTED}'),
        ("Conversation:1", f'"Conversation:1" names nothing that has tags; {WANTED}'),
        ("article:1", f'"article:1" names nothing that has tags; {WANTED}'),
        ("ticket:", '"" is no id of a ticket; wanted 1 to 64 letters, digits, - and _'),
        ("contact:a/b", '"a/b" is no id of a contact; wanted 1 to 64 letters, digits, - and _'),
        ("conversation:1\n2", r'"1\n2" is no id of a conversation; wanted 1 to 64 letters, digits, - and _'),
        (
            "https://app.intercom.com/a/inbox/q4mx81zt/conversation/abc",
            f'the link "https://app.intercom.com/a/inbox/q4mx81zt/conversation/abc" {NOT_ONE}',
        ),
        (
            "https://app.intercom.com/?next=/conversation/1",
            f'the link "https://app.intercom.com/?next=/conversation/1" {NOT_ONE}',
        ),
        ("https://[", f'the link "https://[" {NOT_ONE}'),
    ],
)
def test_anything_else_is_refused_with_what_is_wanted(text: str, message: str) -> None:
    with pytest.raises(NoTarget) as refused:
        parse(text)

    assert str(refused.value) == message


@pytest.mark.parametrize("number", ["1" * 64, "1" * 65])
def test_an_id_has_64_characters_at_most(number: str) -> None:
    if len(number) == 64:
        assert parse(f"conversation:{number}").id == number
    else:
        with pytest.raises(NoTarget):
            parse(f"conversation:{number}")
