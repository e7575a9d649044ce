"""Looking for what a test asks for: one function of the event for each test of a rule."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol, TypeGuard, TypeVar

from rules.deciding.asked import Age, Anything, Asked, Count, During, Members, Needles, Side
from rules.deciding.equality import OneOf
from rules.deciding.view import View
from rules.language import moment, number
from rules.language.fields import Field, Type
from rules.language.number import Range
from rules.language.values import Absent, Value
from rules.language.window import Window
from rules.words.budget import KNOWN
from rules.words.pattern import Pattern
from rules.words.phrase import Phrase
from rules.words.substring import Substring
from rules.words.text import Place, Text, fold

EVENT_TIME = "event.time"


class Hit(NamedTuple):
    """Something that was asked for and is there: as the rule writes it, and where it stands if it is in a text."""

    phrase: str
    place: Place | None = None


Hits = tuple[Hit, ...]
Seek = Callable[[View], Hits | None]
"""The hits in an event: none of them means no, and None that the field has not been fetched."""


class Needle(Protocol):
    """What can be looked for in a text."""

    @property
    def text(self) -> str:
        """As the rule writes it."""

    def find(self, text: Text) -> Place | None:
        """Its first place."""


def of(field: Field, asked: Asked, written: tuple[str, ...]) -> Seek:  # noqa: PLR0911 - one for each thing to ask
    """The function that looks for what a test asks; `written` is that as the rule says it."""
    match asked:
        case Needles(needles, every):
            return all_needles(field, needles) if every else any_of(field, needles)
        case Members(values, every):
            return has_all(field, values) if every else has_any(field, values)
        case OneOf():
            return one_of(field, asked)
        case Range():
            return in_range(field, asked, " to ".join(written))
        case Count(least):
            return count(field, least)
        case Side(side, limit):
            return compared(field, side, limit, written[0])
        case Age(limit, older):
            return aged(field, limit, written[0], older=older)
        case During(window):
            return during(field, window)
        case Anything():
            return text_exists(field) if field.type is Type.TEXT else exists(field)


def any_of(field: Field, needles: tuple[Phrase, ...] | tuple[Substring, ...] | tuple[Pattern, ...]) -> Seek:
    """The first of the needles that is in the text."""
    return any_phrase(field, needles) if _are_phrases(needles) else any_needle(field, needles)


def _are_phrases(needles: tuple[Needle, ...]) -> TypeGuard[tuple[Phrase, ...]]:
    """All that one test asks for is of one sort, and has one `exact_case`."""
    return isinstance(needles[0], Phrase)


def any_phrase(field: Field, phrases: tuple[Phrase, ...]) -> Seek:
    """The first of the phrases that is in the text. Those with a word that the text has not are not looked for."""
    exact_case, known = phrases[0].exact_case, KNOWN * len(phrases)

    def seek(view: View) -> Hits | None:
        text = view.text(field)
        if isinstance(text, Absent):
            return None if text is Absent.NOT_FETCHED else ()
        text.budget.spend(known)
        vocabulary = (text.exact if exact_case else text.folded).vocabulary
        for phrase in phrases:
            if not phrase.whole_word or phrase.whole_word in vocabulary:
                place = phrase.find(text)
                if place is not None:
                    return (Hit(phrase.text, place),)
        return ()

    return seek


def any_needle(field: Field, needles: Collection[Needle]) -> Seek:
    """The first of the needles that is in the text."""

    def seek(view: View) -> Hits | None:
        text = view.text(field)
        if isinstance(text, Absent):
            return None if text is Absent.NOT_FETCHED else ()
        for needle in needles:
            place = needle.find(text)
            if place is not None:
                return (Hit(needle.text, place),)
        return ()

    return seek


def all_needles(field: Field, needles: Collection[Needle]) -> Seek:
    """All of the needles, or none."""

    def find(text: Text) -> Hits:
        hits = []
        for needle in needles:
            place = needle.find(text)
            if place is None:
                return ()
            hits.append(Hit(needle.text, place))
        return tuple(hits)

    return _in_text(field, find)


def text_exists(field: Field) -> Seek:
    """Whether there are any words in the text."""
    return _in_text(field, lambda _: (Hit(""),))


def exists(field: Field) -> Seek:
    """Whether the field has a value."""
    return _in_value(field, lambda value: (Hit(""),) if not isinstance(value, str) or value.strip() else ())


@lru_cache(maxsize=10_000)
def one_of(field: Field, values: OneOf) -> Seek:
    """Whether the field's value is one of some. Many rules ask the same of the same field: they share one function."""
    path, texts = field.path, {form: (Hit(written),) for form, written in values.texts.items()}
    marked_up, exact_case = field.markup != "none", values.exact_case

    def seek(view: View) -> Hits | None:
        if marked_up or exact_case:
            value = view.text(field) if marked_up else view.value(path)
            if isinstance(value, Text):
                value = value.normal
            if isinstance(value, str):
                value = view.normal(value) if exact_case else view.folded(value)
        else:
            value = view.compared(path)
        if isinstance(value, str):
            return texts.get(value, ())
        if isinstance(value, Absent):
            return None if value is Absent.NOT_FETCHED else ()
        written = values.written(value)
        return (Hit(written),) if written is not None else ()

    return seek


def in_range(field: Field, wanted: Range, written: str) -> Seek:
    """Whether the field's value is, or spells, a number in a range."""
    return _in_read(field, number.read, lambda found: (Hit(written),) if found in wanted else ())


def has_any(field: Field, values: tuple[str, ...]) -> Seek:
    """The first of some values that is in the field's list."""
    wanted = {fold(value): value for value in reversed(values)}

    def find(present: frozenset[str]) -> Hits:
        if wanted.keys().isdisjoint(present):
            return ()
        return next((Hit(written),) for folded, written in wanted.items() if folded in present)

    return _in_list(field, find)


def has_all(field: Field, values: tuple[str, ...]) -> Seek:
    """All of some values, if they are in the field's list."""
    wanted = {fold(value): value for value in values}

    def find(present: frozenset[str]) -> Hits:
        return tuple(map(Hit, wanted.values())) if present >= wanted.keys() else ()

    return _in_list(field, find)


def count(field: Field, least: int) -> Seek:
    """Whether the field's list has at least so many values."""

    def length(value: Value) -> int | None:
        return len(value) if isinstance(value, tuple) else None

    return _in_read(field, length, lambda found: (Hit(str(least)),) if found >= least else ())


def compared(field: Field, side: Literal["before", "after"], limit: datetime, written: str) -> Seek:
    """Whether the field's time is before or after another."""

    def find(found: datetime) -> Hits:
        return (Hit(written),) if (found < limit if side == "before" else found > limit) else ()

    return _in_read(field, moment.of, find)


def during(field: Field, window: Window) -> Seek:
    """Whether the field's time is within a window."""
    return _in_read(field, moment.of, lambda found: (Hit(window.name),) if found in window else ())


def aged(field: Field, limit: timedelta, written: str, *, older: bool) -> Seek:
    """Whether, at the time of the event, the field's time was more (`older`), or no more, than so long ago.

    Counted from the event and never from the clock, so that a retry decides the same.
    """
    path = field.path

    def seek(view: View) -> Hits | None:
        value, now = view.value(path), view.value(EVENT_TIME)
        if isinstance(value, Absent):
            return None if value is Absent.NOT_FETCHED else ()
        found = moment.of(value)
        if found is None:
            view.mismatched.add(path)
        if found is None or not isinstance(now, datetime):
            return ()
        return (Hit(written),) if (now - found > limit) is older else ()

    return seek


def _in_text(field: Field, find: Callable[[Text], Hits]) -> Seek:
    def seek(view: View) -> Hits | None:
        text = view.text(field)
        if isinstance(text, Absent):
            return None if text is Absent.NOT_FETCHED else ()
        return find(text)

    return seek


def _in_value(field: Field, find: Callable[[Value], Hits]) -> Seek:
    path = field.path

    def seek(view: View) -> Hits | None:
        value = view.value(path)
        if isinstance(value, Absent):
            return None if value is Absent.NOT_FETCHED else ()
        return find(value)

    return seek


_T = TypeVar("_T")


def _in_read(field: Field, read: Callable[[Value], _T | None], find: Callable[[_T], Hits]) -> Seek:
    """Looks in what a value is read as. A value that cannot be read so is noted, and has nothing in it."""
    path = field.path

    def seek(view: View) -> Hits | None:
        value = view.value(path)
        if isinstance(value, Absent):
            return None if value is Absent.NOT_FETCHED else ()
        found = read(value)
        if found is None:
            view.mismatched.add(path)
            return ()
        return find(found)

    return seek


def _in_list(field: Field, find: Callable[[frozenset[str]], Hits]) -> Seek:
    path = field.path

    def seek(view: View) -> Hits | None:
        value = view.value(path)
        if isinstance(value, Absent):
            return None if value is Absent.NOT_FETCHED else ()
        if not isinstance(value, tuple):
            view.mismatched.add(path)
            return ()
        return find(view.members(path, value))

    return seek
