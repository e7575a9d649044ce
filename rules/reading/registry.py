"""`tags.yaml`: every tag that a rule may add or remove."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.findings.finding import Findings
from rules.findings.source import Span
from rules.reading import document, shapes
from rules.reading.document import Scalar
from rules.words.text import fold

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Registry:
    """The tags of a rule set, by their names as they are compared and where they stand."""

    spelling: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The tags as `tags.yaml` spells them, in its order."""
        return tuple(self.spelling.values())

    def find(self, name: str) -> str | None:
        """A tag as `tags.yaml` spells it, or None for one that is not there."""
        return self.spelling.get(fold(name))


def read(root: document.Mapping, findings: Findings) -> Registry:
    """The registry that a file with `tags:` holds."""
    shapes.known(root, ("version", "tags"), "a tags file", findings)
    node = root.get("tags")
    block = shapes.block(node, '"tags"', findings) if node else None
    spelling: dict[str, str] = {}
    spans: dict[str, Span] = {}
    for entry in block.entries if block else ():
        name, folded = entry.key.text.strip(), fold(entry.key.text)
        document.check_shown(entry.key, "the name of a tag", findings)
        if not folded or len(name) > LONGEST_NAME:
            message = f"the name of a tag has 1 to {LONGEST_NAME} characters"
            findings.error(entry.key.span, "bad-tag", message)
        elif folded in spelling:
            message = f'"{name}" and "{spelling[folded]}" are one tag: upper and lower case are alike'
            findings.error(entry.key.span, "duplicate-key", message)
        else:
            spelling[folded], spans[name] = name, entry.key.span
            _description(entry.value, name, findings)
    return Registry(spelling, spans)


def _description(node: document.Node, name: str, findings: Findings) -> None:
    if isinstance(node, Scalar) and node.empty:
        findings.warning(node.span, "no-description", f'tag "{name}" has no description')
    else:
        shapes.description(node, f'the description of tag "{name}"', findings)


def unused(registry: Registry, used: Iterable[str], findings: Findings) -> None:
    """Tell of the tags that no rule adds or removes."""
    for name in registry.spans.keys() - set(used):
        findings.info(registry.spans[name], "unused-tag", f'no rule adds or removes the tag "{name}"')
