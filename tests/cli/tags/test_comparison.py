"""Two lists of tags, side by side."""

import pytest

from cli.tags.comparison import Row, compare
from workers.intercom.answers import Tag

VIP, BUG = Tag("1", "vip"), Tag("2", "bug")


def test_equal_lists_differ_in_nothing() -> None:
    assert compare(["vip", "bug"], ["vip", "bug"], [BUG, VIP]) == ()


def test_a_tag_that_the_workspace_lacks_is_missing() -> None:
    assert compare(["vip", "bug"], ["vip", "bug"], [VIP]) == (Row("missing", "bug", None),)


@pytest.mark.parametrize("spelling", ["VIP", " vip", "vip "])
def test_case_and_white_space_make_no_other_tag(spelling: str) -> None:
    found = Tag("1", spelling)

    assert compare(["vip"], ["vip"], [found]) == (Row("spelt differently", "vip", found),)


def test_an_id_that_is_known_by_another_name_was_renamed_and_is_nothing_else() -> None:
    now = Tag("1", "important")

    assert compare(["vip"], ["vip"], [now], {"VIP": "1"}) == (Row("renamed", "vip", now),)


def test_a_tag_that_took_a_renamed_ones_name_changes_nothing_about_that() -> None:
    now, another = Tag("1", "important"), Tag("9", "vip")

    assert compare(["vip"], ["vip"], [now, another], {"vip": "1"}) == (Row("renamed", "vip", now),)


def test_a_known_id_that_is_gone_leaves_the_tag_missing() -> None:
    assert compare(["vip"], ["vip"], [BUG], {"vip": "1"})[0] == Row("missing", "vip", None)


def test_a_name_that_was_made_anew_under_another_id_is_there() -> None:
    assert compare(["vip"], ["vip"], [Tag("9", "vip")], {"vip": "1"}) == ()


def test_what_only_one_side_has_is_unused() -> None:
    assert compare(["vip"], [], [VIP, BUG]) == (
        Row("no rule uses it", "vip", VIP),
        Row("not in tags.yaml", None, BUG),
    )
