"""The index: which rules an event can concern at all, found without looking at the others.

Each rule is filed under anchors of which an event must hold one. What an event holds is found once, whatever the number
of rules: its words by hash, pieces of words by one Aho-Corasick automaton, values of fields by hash.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ahocorasick_rs import AhoCorasick, Implementation

from rules.deciding.anchor import Anchor, anchors
from rules.deciding.gate import Gates
from rules.deciding.rule import Rule
from rules.deciding.view import View
from rules.language.fields import Field
from rules.language.values import Absent, Kind, Value
from rules.words.budget import Spent
from rules.words.text import Text

Places = tuple[int, ...]
"""Which rules, by their places among those of the index."""

_LETTER, _FOUND = 2, 6
"""Steps for each letter that the automaton reads, and for each piece that it finds."""

_Key = str | bool | float
_Table = Mapping[_Key, Places]


class _Drawer(Protocol):
    """The rules that are filed under one field."""

    @property
    def everyone(self) -> Places:
        """All of them."""

    def wake(self, view: View, awake: set[int]) -> None:
        """Add the rules one of whose anchors the event holds; all of them where the field has not been fetched."""


class Index:
    """Some rules for one kind of object. Immutable."""

    def __init__(self, rules: Sequence[Rule], kind: Kind) -> None:
        self._rules = rules
        self._always: dict[bool, list[int]] = {False: [], True: []}
        self._drawers: dict[bool, tuple[_Drawer, ...]] = {}
        for naming_sender in (False, True):
            self._drawers[naming_sender] = self._filed(kind, naming_sender=naming_sender)
        self._gates = Gates(rule.condition for rule in rules)
        self._naming_sender = any(rule.names_sender for rule in rules)

    @property
    def always(self) -> tuple[Rule, ...]:
        """The rules without any anchor, which every event has to be tried on."""
        return tuple(self._rules[place] for place in sorted(self._always[False] + self._always[True]))

    def prepare(self) -> None:
        """Compile the rules now, and not when each of them is first awake."""
        for rule in self._rules:
            _ = rule.predicate

    def candidates(self, ordinary: View, everything: View) -> Sequence[Rule]:
        """In their order, at least the rules that do not certainly not match."""
        found = self._awake(ordinary, naming_sender=False)
        if self._naming_sender:
            found += self._awake(everything, naming_sender=True)
        rules = self._rules
        return [rules[place] for place in sorted(found)]

    def _awake(self, view: View, *, naming_sender: bool) -> list[int]:
        awake = set(self._always[naming_sender])
        for drawer in self._drawers[naming_sender]:
            try:
                drawer.wake(view, awake)
            except Spent:
                # Nobody knows which of them the event concerns.
                awake.update(drawer.everyone)
        return list(self._gates.open(awake, view))

    def _filed(self, kind: Kind, *, naming_sender: bool) -> tuple[_Drawer, ...]:
        filing = _Filing()
        for place, rule in enumerate(self._rules):
            if rule.names_sender is naming_sender:
                found = anchors(rule.condition, kind)
                if found is None:
                    self._always[naming_sender].append(place)
                else:
                    filing.file(place, found.any_of)
        return tuple(filing.drawers())


class _Filing:
    """Anchors and the rules under them, before they are put in drawers."""

    def __init__(self) -> None:
        self._filed: defaultdict[tuple[str, Field, bool], defaultdict[_Key, list[int]]] = defaultdict(
            lambda: defaultdict(list),
        )

    def file(self, place: int, under: Iterable[Anchor]) -> None:
        for where, of, key, exact in under:
            self._filed[where, of, exact][key].append(place)

    def drawers(self) -> Iterable[_Drawer]:
        texts = dict.fromkeys((of, exact) for where, of, exact in self._filed if where in {"word", "piece"})
        for of, exact in texts:
            yield _texts(of, exact, self._table("word", of, exact), self._table("piece", of, exact))
        for where, of, _ in self._filed:
            if where in _HELD:
                table = self._table(where, of)
                yield _Values(of, table, _everyone(table), _HELD[where])

    def _table(self, where: str, of: Field, exact: bool = False) -> _Table:
        return {key: tuple(places) for key, places in self._filed.get((where, of, exact), {}).items()}


@dataclass(frozen=True, slots=True)
class _Texts:
    """Rules by the words and pieces of one text."""

    of: Field
    exact: bool
    words: _Table = field(repr=False)
    pieces: _Table = field(repr=False)
    automaton: AhoCorasick | None = field(repr=False)
    everyone: Places = field(repr=False)

    def wake(self, view: View, awake: set[int]) -> None:
        text = view.text(self.of)
        if isinstance(text, Absent):
            if text is Absent.NOT_FETCHED:
                awake.update(self.everyone)
            return
        letters = text.letters(exact_case=self.exact)
        if self.words:
            for word in self.words.keys() & letters.vocabulary:
                awake.update(self.words[word])
        if self.automaton:
            text.budget.spend(_LETTER * len(letters.words))
            found = self.automaton.find_matches_as_strings(letters.words, overlapping=True)
            text.budget.owe(_FOUND * len(found))
            for piece in set(found):
                awake.update(self.pieces[piece])


def _texts(of: Field, exact: bool, words_: _Table, pieces: _Table) -> _Texts:
    keys = [str(piece) for piece in pieces]
    automaton = AhoCorasick(keys, implementation=Implementation.ContiguousNFA, store_patterns=True) if keys else None
    return _Texts(of, exact, words_, pieces, automaton, (*_everyone(words_), *_everyone(pieces)))


@dataclass(frozen=True, slots=True)
class _Values:
    """Rules by what one field holds."""

    of: Field
    table: _Table = field(repr=False)
    everyone: Places = field(repr=False)
    held: Callable[[View, Field, Value], Iterable[_Key]] = field(repr=False)

    def wake(self, view: View, awake: set[int]) -> None:
        value = view.value(self.of.path)
        if isinstance(value, Absent):
            if value is Absent.NOT_FETCHED:
                awake.update(self.everyone)
            return
        for key in self.held(view, self.of, value):
            awake.update(self.table.get(key, ()))


def _value(view: View, of: Field, value: Value) -> Iterable[_Key]:
    """The value as `OneOf` compares it."""
    if of.markup != "none":
        text = view.text(of)
        return (view.folded(text.normal),) if isinstance(text, Text) else ()
    if isinstance(value, str):
        return (view.folded(value),)
    return (value,) if isinstance(value, bool | int | float) else ()


def _members(view: View, of: Field, value: Value) -> Iterable[_Key]:
    return view.members(of.path, value) if isinstance(value, tuple) else ()


def _presence(_view: View, _of: Field, _value: Value) -> Iterable[_Key]:
    return ("",)


_HELD: Mapping[str, Callable[[View, Field, Value], Iterable[_Key]]] = {
    "value": _value,
    "member": _members,
    "presence": _presence,
}


def _everyone(table: _Table) -> Places:
    return tuple({place for places in table.values() for place in places})
