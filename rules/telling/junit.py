"""What came of tests, as JUnit's XML, which every CI shows.

https://github.com/testmoapp/junitxml
"""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was tried. `failure` says in one line what is wrong, `details` in several why."""

    suite: str
    name: str
    file: str
    line: int
    failure: str | None = None
    details: str = ""


def document(cases: Iterable[Case]) -> str:
    """The report: the cases of one suite together, in the order in which they come."""
    suites: dict[str, list[Case]] = {}
    for case in cases:
        suites.setdefault(case.suite, []).append(case)
    everything = [case for of_suite in suites.values() for case in of_suite]
    root = Element("testsuites", {"name": "autotagger rules test", **_counts(everything)})
    for name, of_suite in suites.items():
        suite = SubElement(root, "testsuite", {"name": _printable(name), **_counts(of_suite)})
        for case in of_suite:
            _add(suite, case)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _counts(cases: list[Case]) -> dict[str, str]:
    failures = sum(case.failure is not None for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}


def _add(suite: Element, case: Case) -> None:
    about = {"classname": case.suite, "name": case.name, "file": case.file, "line": str(case.line)}
    element = SubElement(suite, "testcase", {name: _printable(value) for name, value in about.items()})
    if case.failure is not None:
        failure = SubElement(element, "failure", message=_printable(case.failure))
        failure.text = _printable(case.details)


def _printable(text: str) -> str:
    """Text without the characters that XML has no way to write."""
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)
