"""One event as tests see it: values as they are, texts in the forms they are compared in, each made once."""

from datetime import datetime

from rules.language.fields import Field
from rules.language.values import Absent, Facts, Value
from rules.words.budget import READ, Budget, reading
from rules.words.html import LONGEST, to_text
from rules.words.text import Text, fold, normal

_SENDER = "message.from"
_MESSAGE = "message."


class View:
    """The facts of one event for as long as one decision takes. `unseen` is what `message.*` counts as, if not itself.

    What costs time is counted against the `budget`. Not for use by several threads at once.
    """

    def __init__(self, facts: Facts, unseen: Absent | None = None, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._facts = facts
        self._unseen = unseen
        self._texts: dict[str, Text | Absent] = {}
        self._values: dict[str, Value | Absent] = {}
        self._folded: dict[str, str] = {}
        self._normal: dict[str, str] = {}
        self._compared: dict[str, Value | Absent] = {}
        self._members: dict[str, frozenset[str]] = {}
        self.mismatched: set[str] = set()
        """The fields whose value is of another type than some test needs."""

    def value(self, path: str) -> Value | Absent:
        """The value of a field, or why there is none."""
        value = self._values.get(path)
        if value is None:
            hidden = self._unseen if path.startswith(_MESSAGE) else None
            value = self._values[path] = hidden or self._facts.get(path)
        return value

    def compared(self, path: str) -> Value | Absent:
        """The value of a field as it is compared: a text folded."""
        found = self._compared.get(path)
        if found is None:
            value = self.value(path)
            found = self._compared[path] = self.folded(value) if isinstance(value, str) else value
        return found

    def folded(self, value: str) -> str:
        """A text as it is compared."""
        folded = self._folded.get(value)
        if folded is None:
            self.budget.spend(reading(value))
            folded = self._folded[value] = fold(value)
        return folded

    def normal(self, value: str) -> str:
        """A text as it is compared with its case kept."""
        found = self._normal.get(value)
        if found is None:
            self.budget.spend(reading(value))
            found = self._normal[value] = normal(value)
        return found

    def members(self, path: str, values: tuple[str, ...]) -> frozenset[str]:
        """What a field's list holds, as it is compared."""
        members = self._members.get(path)
        if members is None:
            self.budget.spend(sum(map(reading, values)))
            members = self._members[path] = frozenset(map(fold, values))
        return members

    def text(self, field: Field) -> Text | Absent:
        """A field's value as a text to search in; a number in its digits. Other values, and blank ones, are missing."""
        text = self._texts.get(field.path)
        if text is None:
            value = self.value(field.path)
            if isinstance(value, str):
                self.budget.spend(READ * (len(value) if field.markup == "none" else min(len(value), LONGEST)))
            text = self._texts[field.path] = _text(field, value, self.budget)
            if isinstance(value, bool | tuple | datetime):
                self.mismatched.add(field.path)
        return text


def views(facts: Facts, budget: Budget | None = None) -> tuple[View, View]:
    """What ordinary rules see, and what rules see that name `message.from`. Both spend the same `budget`.

    Only what a customer wrote is a message to an ordinary rule: a teammate's "sure, we will refund you" is not.
    """
    everything = View(facts, budget=budget)
    sender = facts.get(_SENDER)
    if sender == "customer":
        return everything, everything
    unseen = Absent.NOT_FETCHED if sender is Absent.NOT_FETCHED else Absent.MISSING
    return View(facts, unseen, budget), everything


def _text(field: Field, value: Value | Absent, budget: Budget) -> Text | Absent:
    if isinstance(value, Absent):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.15g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        return Absent.MISSING
    plain = value if field.markup == "none" else to_text(value, quotes=field.markup == "html")
    text = Text(plain, budget)
    return text if text.normal else Absent.MISSING
