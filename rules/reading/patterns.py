"""The patterns of a whole rule set: each compiled once, and all together no larger than a process can bear."""

from rules.findings.finding import Findings
from rules.reading.document import Scalar
from rules.words.pattern import BadPattern, Pattern, has_ascii_edge

MOST_STATES = 2_000_000
"""States of all patterns of a set together: some hundred bytes and some microseconds each, at worst."""


class Patterns:
    """Compiles patterns. After the one with which they are too large no more are compiled: the set has its error."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._made: dict[tuple[str, bool], Pattern] = {}
        self._states = 0

    def read(self, node: Scalar, *, exact_case: bool) -> Pattern | None:
        """The pattern that stands in a file, or None and a finding, if not for this one then for an earlier one."""
        made = self._made.get((node.text, exact_case))
        if made is not None or self._states > MOST_STATES:
            return made
        if has_ascii_edge(node.text):
            message = r"\b only knows A-Z: it breaks next to letters such as é, ß or я"
            self._findings.error(node.span, "ascii-word-boundary", message, "use mentions_any for whole words")
            return None
        try:
            made = Pattern(node.text, exact_case)
        except BadPattern as error:
            message = f"this pattern is not valid: {error}"
            note = "look-around and back-references are not supported (RE2)"
            self._findings.error(node.span, "bad-regex", message, note)
            return None
        self._states += made.states
        if self._states > MOST_STATES:
            message = (
                f"the patterns of this set are too large together: up to this one they need {self._states:,} states"
            )
            note = f"at most {MOST_STATES:,} are allowed; those after it were not looked at"
            self._findings.error(node.span, "too-many", message, note)
            return None
        self._made[node.text, exact_case] = made
        return made
