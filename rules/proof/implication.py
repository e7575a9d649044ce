"""What follows for certain from something being found in a field."""

from functools import lru_cache

from rules.deciding.asked import Age, Anything, Asked, Count, Members, Needles, Side
from rules.deciding.equality import OneOf, yes_no
from rules.language import number
from rules.language.number import Range
from rules.words.pattern import Pattern
from rules.words.phrase import Phrase
from rules.words.substring import Substring
from rules.words.text import Letters, binds, fold, normal

_MOST_PAIRS = 20_000
_MOST_VALUES = 2_000
_ADDRESSES = ("://", "www.")

Needle = Phrase | Substring | Pattern


def implies(one: Asked, other: Asked) -> bool:  # noqa: C901, PLR0911 - one for each thing to ask
    """Whether the other is found in every value in which the one is. No means that it is not certain."""
    if one == other:
        return True
    match one, other:
        case _, Anything():
            return not isinstance(one, OneOf) or all(fold(value) for value in one.values)
        case Needles(), Needles():
            return _needles(one, other)
        case OneOf(), OneOf():
            return _values(one, other)
        case Members(), Members():
            return _members(one, other)
        case Members(values, every), Count(least):
            return least <= (len(set(map(fold, values))) if every else 1)
        case Count(), Count():
            return one.least >= other.least
        case Range(), Range():
            return _range(one, other)
        case Side(), Side():
            earlier = one.limit <= other.limit
            return one.side == other.side and (earlier if one.side == "before" else one.limit >= other.limit)
        case Age(), Age():
            longer = one.limit >= other.limit
            return one.older is other.older and (longer if one.older else one.limit <= other.limit)
        case _:
            return False


def _needles(one: Needles, other: Needles) -> bool:
    if len(one.needles) * len(other.needles) > _MOST_PAIRS:
        return set(one.needles) <= set(other.needles) and not one.every and not other.every
    if one.every and not other.every:
        return any(needle_implies(had, wanted) for had in one.needles for wanted in other.needles)
    if one.every:
        return all(any(needle_implies(had, wanted) for had in one.needles) for wanted in other.needles)
    if other.every:
        return all(needle_implies(had, wanted) for had in one.needles for wanted in other.needles)
    return all(any(needle_implies(had, wanted) for wanted in other.needles) for had in one.needles)


def needle_implies(one: Needle, other: Needle) -> bool:
    """Whether every text that has one word, piece or pattern surely has the other."""
    if isinstance(one, Pattern) or isinstance(other, Pattern):
        return one == other
    # What is not in it letter for letter never follows from it: so most pairs are done with quickly.
    if other.needle not in one.needle or one.exact_case is not other.exact_case:
        return False
    return one == other or _follows(one, other)


@lru_cache(maxsize=50_000)
def _follows(one: Phrase | Substring, other: Phrase | Substring) -> bool:
    if isinstance(one, Substring):
        return isinstance(other, Substring) and _piece_in_piece(one, other)
    if isinstance(other, Phrase):
        return any(_stands_in(one, other, at) for at in _places(one, other))
    # A space in a phrase may be a hyphen in the text.
    return other.where == "anywhere" and " " not in other.needle and bool(_places(one, other))


def _piece_in_piece(one: Substring, other: Substring) -> bool:
    places = _places(one, other)
    if other.where == "start":
        return one.where == "start" and 0 in places
    if other.where == "end":
        return one.where == "end" and len(one.needle) - len(other.needle) in places
    return bool(places)


def _places(one: Phrase | Substring, other: Phrase | Substring) -> list[int]:
    """Where the letters of the other stand in the one, with the accents that it asks for."""
    whole, part = one.needle, other.needle
    having, asking = dict(_letters(one).accents), _letters(other).accents
    found = [at for at in range(len(whole) - len(part) + 1) if whole.startswith(part, at)]
    return [at for at in found if all(having.get(at + accent) == letter for accent, letter in asking)]


def _letters(needle: Phrase | Substring) -> Letters:
    text = needle.text.removesuffix("*") if isinstance(needle, Phrase) else needle.text
    return Letters((normal if needle.exact_case else fold)(text))


def _stands_in(one: Phrase, other: Phrase, at: int) -> bool:
    """Whether the other phrase stands alone at a place within the one, whatever is around that."""
    whole, part = one.needle, other.needle
    if any(sign in whole for sign in _ADDRESSES):
        return at == 0 and len(part) == len(whole) and (other.open_ended or not one.open_ended)
    if at and binds(part[0]) and binds(whole[at - 1]):
        return False
    end = at + len(part)
    if other.open_ended or not binds(part[-1]):
        return True
    return not binds(whole[end]) if end < len(whole) else not one.open_ended


def _values(one: OneOf, other: OneOf) -> bool:
    if (other.exact_case and not one.exact_case) or len(one.values) + len(other.values) > _MOST_VALUES:
        return False
    form = other.form
    return (
        {form(value) for value in one.values} <= other.texts.keys()
        and numbers(one) <= numbers(other)
        and answers(one) <= answers(other)
    )


def numbers(asked: OneOf) -> frozenset[number.Number]:
    """The numbers among some values."""
    return frozenset(found for value in asked.values if (found := number.read(value)) is not None)


def answers(asked: OneOf) -> frozenset[bool]:
    """The yes and no among some values."""
    return frozenset(found for value in asked.values if (found := yes_no(value)) is not None)


def _members(one: Members, other: Members) -> bool:
    had, wanted = set(map(fold, one.values)), set(map(fold, other.values))
    if one.every:
        return wanted <= had if other.every else bool(wanted & had)
    return len(wanted) == 1 and had == wanted if other.every else had <= wanted


def _range(one: Range, other: Range) -> bool:
    return _bound(one.low, other.low, 1, open_one=one.open_low, open_other=other.open_low) and _bound(
        one.high, other.high, -1, open_one=one.open_high, open_other=other.open_high
    )


def _bound(
    one: number.Number | None, other: number.Number | None, sign: int, *, open_one: bool, open_other: bool
) -> bool:
    """Whether one bound is at least as tight as another."""
    if other is None:
        return True
    if one is None:
        return False
    return one * sign > other * sign or (one == other and (open_one or not open_other))
