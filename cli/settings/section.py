"""Settings as people write them: named texts from one place, read one by one, every mistake kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from cli.settings.forms import Form, Refused, shown

T = TypeVar("T")

SECRET_FILE_LIMIT = 64 * 1024


class SettingsError(Exception):
    """The settings cannot be used: `mistakes` are all that is wrong with them, one line each, without any secret."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Section:
    """Texts by key, and what the user calls each key.

    A read that fails adds a line to `mistakes` and gives None in place of its value, whatever its type says: whoever
    builds settings from a section calls `check` before anybody uses them. Relative paths start in `folder`. Keys in
    `spoilt` have had their line already. Where `secrets_inline` is false, secrets come from files only.
    """

    values: Mapping[str, str]
    name: Callable[[str], str]
    mistakes: list[str]
    folder: Path = field(default_factory=Path)
    spoilt: frozenset[str] = frozenset()
    secrets_inline: bool = True

    def has(self, key: str) -> bool:
        """Whether the user set this."""
        return key in self.values or key in self.spoilt

    def has_secret(self, key: str) -> bool:
        """Whether the user set this secret, or the file of it."""
        return self.has(key) or self.has(_file(key))

    def read(self, key: str, form: Form[T]) -> T:
        """A setting that must be there."""
        if not self.has(key):
            self.mistake(key, f"is missing; wanted {form.wanted}")
        return cast("T", self._parsed(key, form))

    def given(self, forms: Mapping[str, Form[Any]]) -> dict[str, Any]:
        """Those settings that are there: the others keep the default of the class that they go into."""
        return {key: self._parsed(key, form) for key, form in forms.items() if self.has(key)}

    def secret(self, key: str, form: Form[T]) -> T:
        """A secret that must be there, as it stands or in the file that `key`_file names."""
        if not self.has_secret(key):
            where = key if self.secrets_inline else _file(key)
            self.mistake(where, f"is missing; wanted {form.wanted}")
        return cast("T", self.given_secret(key, form))

    def given_secret(self, key: str, form: Form[T]) -> T | None:
        """A secret, or None where there is none."""
        file = _file(key)
        if file in self.values:
            if key in self.values:
                self.mistake(file, f"is set, and so is {self.name(key)}; set one of them")
            return self._from_file(file, form)
        if key in self.values and not self.secrets_inline:
            self.mistake(key, f"is a secret; name a file that holds it: {file}")
            return None
        return self._parsed(key, form, secret=True)

    def mistake(self, key: str, what: str) -> None:
        """Add a line about `key`."""
        self.mistakes.append(f"{self.name(key)} {what}")

    def check(self) -> None:
        """Raise SettingsError for the mistakes so far, each once."""
        if self.mistakes:
            raise SettingsError(tuple(dict.fromkeys(self.mistakes)))

    def _from_file(self, key: str, form: Form[T]) -> T | None:
        text = self.values[key]
        try:
            with (self.folder / text).open("rb") as file:
                content = file.read(SECRET_FILE_LIMIT + 1).decode()
        except UnicodeDecodeError:
            self.mistake(key, f"is {shown(text)}, which is not UTF-8 text; wanted a file with {form.wanted}")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no such path"
            self.mistake(key, f"is {shown(text)}: {reason.lower()}; wanted a file with {form.wanted}")
        else:
            return self._parse(key, content, form, secret=True)
        return None

    def _parsed(self, key: str, form: Form[T], *, secret: bool = False) -> T | None:
        return self._parse(key, self.values[key], form, secret=secret) if key in self.values else None

    def _parse(self, key: str, text: str, form: Form[T], *, secret: bool) -> T | None:
        # A last newline belongs to the file or to what copied it, not to the secret.
        text = text.rstrip() if secret else text
        if len(text) > SECRET_FILE_LIMIT:
            self.mistake(key, f"is longer than {SECRET_FILE_LIMIT} bytes; wanted {form.wanted}")
        elif not text:
            self.mistake(key, f"is empty; wanted {form.wanted}")
        else:
            return self._understood(key, text, form, secret=secret)
        return None

    def _understood(self, key: str, text: str, form: Form[T], *, secret: bool) -> T | None:
        try:
            return form.parse(text)
        except Refused as error:
            self.mistake(key, f"{error}; wanted {form.wanted}")
        except (OSError, ValueError):
            found = "is something else" if secret else f"is {shown(text)}"
            self.mistake(key, f"{found}; wanted {form.wanted}")
        return None


def _file(key: str) -> str:
    return f"{key}_file"
