"""Being one of some values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from rules.language import number
from rules.language.number import Number
from rules.language.values import Value
from rules.words.text import fold, normal

YES_NO: Mapping[str, bool] = MappingProxyType({"yes": True, "true": True, "no": False, "false": False})
"""How yes and no are written."""


def yes_no(text: str) -> bool | None:
    """What a text says, if it says yes or no."""
    return YES_NO.get(text.strip().casefold())


@dataclass(frozen=True)
class OneOf:
    """Some values as somebody wrote them. What they mean depends on the value they meet: `"200"` is a number to one."""

    values: tuple[str, ...]
    exact_case: bool = False

    def form(self, text: str) -> str:
        """A text in the form in which it is compared."""
        return normal(text) if self.exact_case else fold(text)

    def written(self, value: Value) -> str | None:
        """The value as the rule writes it that equals `value`, or None."""
        if isinstance(value, bool):
            return self.answers.get(value)
        if isinstance(value, int | float):
            return self.numbers.get(value)
        return self.texts.get(self.form(value)) if isinstance(value, str) else None

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The values by the form in which they are compared."""
        return {self.form(value): value for value in reversed(self.values)}

    @cached_property
    def numbers(self) -> Mapping[Number, str]:
        """Those of the values that are numbers, and how they are written."""
        read = ((number.read(value), value) for value in reversed(self.values))
        return {key: value for key, value in read if key is not None}

    @cached_property
    def answers(self) -> Mapping[bool, str]:
        """Those of the values that are a yes or a no, and how they are written."""
        read = ((yes_no(value), value) for value in reversed(self.values))
        return {key: value for key, value in read if key is not None}
