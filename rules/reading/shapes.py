"""The shape of what stands behind a key: a block, a list or one text."""

import re
from collections.abc import Collection

from rules.findings.finding import Findings
from rules.reading.document import Entry, Mapping, Node, Scalar, Sequence, check_shown

MOST_ITEMS = 20_000
"""Entries in one list."""

_NAMES = {Scalar: "one text", Sequence: "a list", Mapping: 'a block of "key: value" lines'}


def block(node: Node, what: str, findings: Findings) -> Mapping | None:
    """The node if it is a block; else None and a finding."""
    if isinstance(node, Mapping):
        return node
    _wrong(node, what, 'a block of "key: value" lines', findings)
    return None


def items(node: Node, what: str, findings: Findings, *, or_none: bool = False) -> tuple[Node, ...]:
    """The entries of a list; one text counts as a list of one. A list of none is a finding, except with `or_none`."""
    if isinstance(node, Sequence):
        if not node.items and not or_none:
            findings.error(node.span, "empty-value", f"{what} has nothing in its list")
        if len(node.items) > MOST_ITEMS:
            message = f"{what} has {len(node.items):,} entries; at most {MOST_ITEMS:,} are allowed"
            findings.error(node.span, "too-many", message)
        return node.items[:MOST_ITEMS]
    if isinstance(node, Scalar) and not node.empty:
        return (node,)
    _wrong(node, what, "a list", findings)
    return ()


def text(node: Node, what: str, findings: Findings) -> Scalar | None:
    """The node if it is one text and not empty; else None and a finding."""
    if isinstance(node, Scalar) and not node.empty and node.text.strip():
        return node
    _wrong(node, what, "one text", findings)
    return None


def description(node: Node, what: str, findings: Findings) -> Scalar | None:
    """The node if it is a text for people, of any number of lines; else None and a finding."""
    found = text(node, what, findings)
    if found is not None:
        check_shown(found, what, findings, lines=True)
    return found


_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_NOT_KEBAB = re.compile(r"[^a-z0-9]+", re.ASCII)
_LONGEST_ID = 100


def name(node: Node, what: str, findings: Findings) -> Scalar | None:
    """The node if it is a text that can be an id; else None and a finding."""
    found = text(node, what, findings)
    if found is None or (_ID.fullmatch(found.text) and len(found.text) <= _LONGEST_ID):
        return found
    message = f'"{found.text}" cannot be an id: it is made of small letters a-z, digits and single hyphens'
    better = _NOT_KEBAB.sub("-", found.text.casefold()).strip("-")[:_LONGEST_ID].strip("-")
    notes = (f'did you mean "{better}"?',) if better else ()
    findings.error(found.span, "bad-id", message, *notes, suggestion=better or None)
    return None


def texts(node: Node, what: str, findings: Findings) -> tuple[Scalar, ...]:
    """The entries of a list of texts, without those that are none."""
    read = (text(item, f"an entry of {what}", findings) for item in items(node, what, findings))
    return tuple(item for item in read if item is not None)


def known(
    mapping: Mapping,
    keys: Collection[str],
    where: str,
    findings: Findings,
) -> tuple[Entry, ...]:
    """The entries with a key that may stand here; a finding for each other one."""
    kept = []
    for entry in mapping.entries:
        key = entry.key.text
        if key in keys:
            kept.append(entry)
        else:
            findings.unknown(entry.key.span, "unknown-key", f'unknown key "{key}" in {where}', key, keys)
    return tuple(kept)


def _wrong(node: Node, what: str, wanted: str, findings: Findings) -> None:
    found = "nothing" if isinstance(node, Scalar) and not node.text.strip() else _NAMES[type(node)]
    if isinstance(node, Scalar) and node.empty:
        found = "nothing"
    rest = node.span.source.line(node.span.line)[node.span.column - 1 :].lstrip()
    notes = ("what starts with # is a comment: put a text in quotes",) if found == "nothing" and rest[:1] == "#" else ()
    findings.error(node.span, "wrong-shape", f"{what} takes {wanted}, not {found}", *notes)
