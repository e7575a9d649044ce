"""A rule folder that may change while its rules are at work: the last good set is kept until there is a better one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rules.deciding.ruleset import RuleSet
from rules.findings.finding import Finding, Findings
from rules.reading.loader import File, Loaded, assemble, content_hash, read_files


@dataclass(frozen=True, slots=True)
class Rejected:
    """What stands in the folder but is not used. `hash` is that of its content; `findings` say why."""

    hash: str
    findings: tuple[Finding, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class State:
    """What is running, and what was rejected since; None each where there is no such thing.

    Immutable: whoever evaluates events takes one at their beginning, and is not disturbed by those that come after it.
    """

    running: RuleSet | None = None
    rejected: Rejected | None = None

    @property
    def last_reload_successful(self) -> bool:
        """Whether what runs is what stands in the folder."""
        return self.running is not None and self.rejected is None


class Watch:
    """Looks at a folder again and again. `look` is for one thread; `state` may be read by any.

    Files are compared by what is in them, neither by their times nor by their names: a ConfigMap is swapped as a whole
    by a symbolic link (https://kubernetes.io/docs/concepts/configuration/configmap/), and a copy of the same is no
    news. `today` tells the date, for what has lasted too long.
    """

    def __init__(self, folder: Path, today: Callable[[], date] | None = None) -> None:
        self._folder = folder
        self._today = today
        self._seen = ""
        self.state = State()

    def look(self) -> bool:
        """Load the folder if it has changed; whether it has. Never raises for what is in it.

        While it is just changing, which shows by reading it twice, it is left for the next look.
        """
        files, findings = self._read()
        seen = _mark(files, findings)
        if seen == self._seen or seen != _mark(*self._read()):
            return False
        self._seen = seen
        loaded = assemble(files, findings, str(self._folder), self._today() if self._today else None)
        self.state = self._after(loaded, content_hash(files))
        return True

    def _after(self, loaded: Loaded, found: str) -> State:
        running = self.state.running
        if loaded.rule_set is None:
            return State(running, Rejected(found, loaded.findings))
        # The same rules again, after something else was rejected: what was compiled already stays.
        return State(running if running is not None and running.hash == found else loaded.rule_set.prepare())

    def _read(self) -> tuple[tuple[File, ...], Findings]:
        findings = Findings()
        return tuple(read_files(self._folder, findings)), findings


def _mark(files: tuple[File, ...], findings: Findings) -> str:
    """Changes with the content of the files, and with what keeps them from being read."""
    faults = (f"{found.file}:{found.code}" for found in findings.sorted())
    return " ".join((content_hash(files), *faults))
