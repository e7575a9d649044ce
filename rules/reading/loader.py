"""A folder of rule files as one rule set: all of it or nothing. The only part of `rules` that reads files."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.deciding.scenario import Scenario
from rules.findings.finding import Finding, Findings
from rules.reading import collector, document, lints, names, registry
from rules.reading.conditions import ConditionReader
from rules.reading.document import Mapping, Scalar
from rules.reading.names import Names
from rules.reading.patterns import Patterns
from rules.reading.registry import Registry
from rules.reading.rule_file import KEYS, RuleReader
from rules.reading.scenario_file import ScenarioReader

VERSION = "1"
SUFFIXES = frozenset({".yaml", ".yml"})
MOST_FILES = 10_000
LARGEST = 32 * 1024 * 1024
"""Bytes in all files of a folder together. A ConfigMap holds one million."""


_REGISTRY = "tags"
_RULES = "rules"
_SCENARIOS = "tests"
_OF_RULES = frozenset({"groups", "defaults"})
_HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading a folder. `rule_set` is None if, and only if, there is an error among the findings.

    `rules` and `files` count the rules, and the files with rules in them, faulty ones included.
    """

    rule_set: RuleSet | None
    findings: tuple[Finding, ...]
    rules: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """One file of a folder: its path as it is shown, and its bytes."""

    name: str
    content: bytes = field(repr=False)


def load(folder: Path, today: date | None = None) -> Loaded:
    """Read the rule set of a folder and all below it, not prepared yet. Bad content gives findings, never an exception.

    `today` is for telling what has lasted too long; without it nothing has.
    """
    findings = Findings()
    return assemble(tuple(read_files(folder, findings)), findings, _shown(folder), today)


def read_files(folder: Path, findings: Findings) -> Iterator[File]:
    """The rule files in order of their names. Hidden ones are not ours."""
    size = 0
    for count, (path, place) in enumerate(_paths(folder, folder, findings, frozenset())):
        if count >= MOST_FILES or size > LARGEST:
            code = "too-many" if count >= MOST_FILES else "too-large"
            what = f"{MOST_FILES:,} files" if count >= MOST_FILES else f"{LARGEST:,} bytes"
            findings.file(_shown(folder), "error", code, f"more than {what} in this folder")
            return
        if path.suffix not in SUFFIXES:
            message = "a rule folder holds *.yaml and *.yml files only"
            findings.file(_shown(path), "error", "not-a-rule-file", message)
        elif _shown(path) != str(path):
            message = "a character in the name of this file cannot be shown: give it another name"
            findings.file(_shown(path), "error", "unreadable", message)
        else:
            content = _content(path, place, findings)
            if content is not None:
                size += len(content)
                yield File(str(path), content)


def _content(path: Path, place: Path, findings: Findings) -> bytes | None:
    """What is in a file; None, and a finding, if it is no file or cannot be read."""
    try:
        # Not waiting: what looked like a file may be a pipe by now, or one of those that never end.
        with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:
            if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                content: bytes | None = opened.read(document.LARGEST + 1)
                return content or b""
    except OSError as error:
        findings.file(_shown(path), "error", "unreadable", f"this file cannot be read: {error.strerror}")
        return None
    findings.file(_shown(path), "error", "unreadable", "this is not a file")
    return None


def _paths(
    folder: Path, place: Path, findings: Findings, above: frozenset[tuple[int, int]]
) -> Iterator[tuple[Path, Path]]:
    """All that is in a folder, which is read at `place`, and below it: each with where it is to be read.

    `above` are the folders it is in, to which a link may lead back.
    """
    try:
        status = place.stat()
        inside = _inside(place)
    except OSError as error:
        findings.file(_shown(folder), "error", "unreadable", f"this folder cannot be read: {error.strerror}")
        return
    own = (status.st_dev, status.st_ino)
    if own in above:
        findings.file(_shown(folder), "error", "unreadable", "this link leads back to a folder that it is in")
        return
    for path in inside:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _paths(folder / path.name, path, findings, above | {own})
        else:
            yield folder / path.name, path


def _inside(folder: Path) -> list[Path]:
    """What is in a folder, by name; of a mounted ConfigMap what is where its link `..data` leads now.

    The kubelet swaps that link in one step, but not with it the links to the single files, which come and go before or
    after: https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go
    Who looked at those could meet new files without the newest of them.
    """
    inside = list(folder.iterdir())
    data = folder / "..data"
    if data.is_symlink():
        inside = [path for path in inside if not (path.is_symlink() and path.readlink().parts[0] == data.name)]
        inside += (folder / data.readlink()).iterdir()
    return sorted(inside, key=lambda path: path.name)


def _shown(path: Path) -> str:
    """A path without what a terminal would obey, or what ends a line."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(path))


def assemble(files: Iterable[File], findings: Findings, folder: str, today: date | None = None) -> Loaded:
    """The rule set that some files make together, not prepared yet. Pure: `folder` is only for naming."""
    with collector.at_rest():
        return _assembled(tuple(files), findings, folder, today)


def _assembled(files: tuple[File, ...], findings: Findings, folder: str, today: date | None) -> Loaded:
    roots = tuple(root for file in files if (root := _root(file, findings)) is not None)
    registries = [root for root in roots if _REGISTRY in _keys(root)]
    # A file that could not be read may be the one with the tags, and has its own finding.
    if not registries and len(roots) == len(files):
        message = "no file with tags: a rule set has one, with every tag that its rules may add or remove"
        findings.file(folder, "error", "no-tags-file", message)
    tags = _registry(registries, findings)
    reader = RuleReader(tags, findings)
    ruled = [root for root in roots if not _keys(root) & {_REGISTRY, _SCENARIOS}]
    rules = _rules(ruled, reader, findings, today)
    scenarios = _scenarios(roots, ScenarioReader(tags, reader.ids, findings))
    if tags is not None and not findings.errors:
        registry.unused(tags, (tag for rule in rules for tag in rule.tags), findings)
    rule_set = None if tags is None or findings.errors else RuleSet(content_hash(files), rules, tags.names, scenarios)
    return Loaded(rule_set, findings.sorted(), reader.count, sum(_RULES in _keys(root) for root in ruled))


def _scenarios(roots: Iterable[Mapping], reader: ScenarioReader) -> tuple[Scenario, ...]:
    tried = [root for root in roots if _SCENARIOS in _keys(root) and _REGISTRY not in _keys(root)]
    return tuple(scenario for root in tried for scenario in reader.read(root))


def _root(file: File, findings: Findings) -> Mapping | None:
    """The outermost block of a file, if its keys say what the file is."""
    source = document.decode(file.name, file.content, findings)
    before = findings.errors
    node = document.parse(source, findings) if source else None
    if source is None or (node is None and findings.errors > before):
        return None
    if not isinstance(node, Mapping) or not node.entries:
        message = 'this file is empty or no block of "key: value" lines: a rule file starts with "version: 1"'
        findings.file(file.name, "error", "wrong-shape", message)
        return None
    _version(node, findings)
    return node if _known(node, findings) else None


def _known(root: Mapping, findings: Findings) -> bool:
    if _keys(root) & {_REGISTRY, _SCENARIOS, *KEYS} - {"version"}:
        return True
    findings.error(root.span, "unknown-key", 'this file has neither "tags", "rules", "lists", "conditions" nor "tests"')
    return False


def _version(root: Mapping, findings: Findings) -> None:
    node = root.get("version")
    if node is None:
        message = 'this file does not say its version: it starts with "version: 1"'
        findings.error(root.entries[0].key.span, "bad-version", message)
    elif not isinstance(node, Scalar) or node.text != VERSION:
        found = f'"{node.text}"' if isinstance(node, Scalar) else "this"
        findings.error(node.span, "bad-version", f"version {VERSION} is the only one there is, not {found}")


def _keys(root: Mapping) -> frozenset[str]:
    return frozenset(entry.key.text for entry in root.entries)


def _registry(roots: list[Mapping], findings: Findings) -> Registry | None:
    if not roots:
        return None
    for root in roots[1:]:
        message = f"there is a file with tags already: {roots[0].span.file}"
        findings.error(root.entries[0].key.span, "two-tags-files", message)
    return registry.read(roots[0], findings)


def _rules(
    roots: list[Mapping],
    reader: RuleReader,
    findings: Findings,
    today: date | None,
) -> tuple[Rule, ...]:
    without = [root for root in roots if _RULES not in _keys(root)]
    common = names.shared(without, findings)
    _alone(without, findings)
    patterns = Patterns(findings)
    rules = []
    for root in roots:
        own = Names() if root in without else names.read(root, findings)
        conditions = ConditionReader(own.over(common), patterns, findings)
        for read in reader.read(root, conditions):
            lints.look(read.rule, findings, sound=read.sound, today=today)
            rules.append(read.rule)
        conditions.read_named()
        names.unused(own, findings)
        common.used.update(own.used)
    names.unused(common, findings)
    return tuple(rules)


def _alone(roots: Iterable[Mapping], findings: Findings) -> None:
    """Tell of what says nothing in a file without rules."""
    for root in roots:
        for entry in root.entries:
            if entry.key.text in _OF_RULES:
                message = f'"{entry.key.text}" is about the rules of its own file, and this file has none'
                findings.error(entry.key.span, "unknown-key", message)


def content_hash(files: Iterable[File]) -> str:
    """Of the content only: a flat ConfigMap and a nested folder with the same files are the same set."""
    digests = sorted(hashlib.sha256(file.content).digest() for file in files)
    return hashlib.sha256(b"".join(digests)).hexdigest()[:_HASH_LENGTH]
