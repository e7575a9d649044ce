import pytest

from rules.words.budget import STEPS, Budget, Spent
from rules.words.html import LONGEST
from rules.words.pattern import LARGEST, BadPattern, Pattern
from rules.words.text import Text


def test_a_pattern_of_too_many_states_is_refused() -> None:
    with pytest.raises(BadPattern, match=rf"it needs [\d,]+ states, and may have {LARGEST:,}"):
        Pattern("(?:abc?){1000}[yz]{1000}")


def test_a_pattern_is_looked_for_once_in_a_text() -> None:
    budget = Budget(STEPS)
    text = Text("order 12345 " * 100, budget)

    place = Pattern("[0-9]{5}").find(text)
    paid = STEPS - budget.left
    again = Pattern("[0-9]{5}").find(text)

    assert place is not None
    assert again is place
    assert STEPS - budget.left < 1.1 * paid


def test_a_small_pattern_costs_hardly_more_than_reading_the_text() -> None:
    budget = Budget(2 * LONGEST)

    assert Pattern("[0-9]{3}").find(Text("a" * LONGEST, budget)) is None
    with pytest.raises(Spent):
        Pattern("(a|b)*a(a|b){30}[yz]").find(Text("ab" * (LONGEST // 2), budget))


@pytest.mark.parametrize("pattern", ["(refund) (please)", "(?i)REFUND PLEASE", "(?:refund) (?P<word>please)"])
def test_groups_change_nothing_about_the_place(pattern: str) -> None:
    place = Pattern(pattern).find(Text("a refund please"))

    assert place is not None
    assert (place.start, place.end) == (2, 15)
