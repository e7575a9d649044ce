"""The file of AUTOTAGGER_WORKSPACES: the settings of several workspaces, under their app_ids."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

from cli.settings.forms import APP_ID, printable, shown
from cli.settings.section import Section
from rules.findings.suggestion import nearest

LIMIT = 1024 * 1024

Pairs = list[tuple[yaml.ScalarNode, yaml.Node]]


def read(file: str, keys: Collection[str], mistakes: list[str]) -> tuple[tuple[str, Section], ...]:
    """The workspaces in `file` by app_id; what is wrong with it is added to `mistakes` with its line.

    `keys` are those that a workspace may have. Values are taken as written: `no` is a word, 007 keeps its zeros. Paths
    go from the file's folder, and secrets are named by their files, so that this file itself needs no protection.
    """
    try:
        root = _compose(Path(file))
    except (OSError, ValueError, OverflowError, RecursionError, yaml.YAMLError) as error:
        mistakes.append(f"AUTOTAGGER_WORKSPACES is {shown(file)}{_reason(error)}; wanted a YAML file of workspaces")
        return ()
    if not root.value:
        mistakes.append(f"AUTOTAGGER_WORKSPACES is {shown(file)}, which names no workspace")
    page = _Page(file, mistakes)
    return tuple(
        (app_id.value, _section(page, app_id, page.pairs(settings), keys))
        for app_id, settings in page.pairs(root, "the settings of each workspace under its app_id")
        if page.is_mapping(settings, f"the settings of {shown(app_id.value)}, one key a line")
    )


@dataclass(frozen=True, slots=True)
class _Page:
    file: str
    mistakes: list[str]

    def mistake(self, node: yaml.Node, what: str) -> None:
        self.mistakes.append(f"{self.place(node)}: {what}")

    def place(self, node: yaml.Node) -> str:
        return f"{printable(self.file)}:{node.start_mark.line + 1}"

    def is_mapping(self, node: yaml.Node, wanted: str) -> bool:
        if not isinstance(node, yaml.MappingNode):
            self.mistake(node, f"wanted {wanted}")
        return isinstance(node, yaml.MappingNode)

    def pairs(self, node: yaml.Node, wanted: str = "one key a line") -> Pairs:
        """The keys and values of a mapping, each key once."""
        found: dict[str, tuple[yaml.ScalarNode, yaml.Node]] = {}
        for key, value in node.value if self.is_mapping(node, wanted) else ():
            if not isinstance(key, yaml.ScalarNode):
                self.mistake(key, f"wanted {wanted}")
            elif key.value in found:
                self.mistake(key, f"{shown(key.value)} is there twice")
            else:
                found[key.value] = (key, value)
        return list(found.values())


def _section(page: _Page, app_id: yaml.ScalarNode, pairs: Pairs, keys: Collection[str]) -> Section:
    try:
        APP_ID.parse(app_id.value)
    except ValueError:
        page.mistake(app_id, f"{shown(app_id.value)} is not an app_id; wanted {APP_ID.wanted}")
    known = [(key, value) for key, value in pairs if _is_known(page, key, keys)]
    places = {key.value: page.place(key) for key, _ in known}
    plain = {key.value: value.value for key, value in known if _is_plain(page, key, value)}
    return Section(
        values=plain,
        name=lambda key: f"{places.get(key, page.place(app_id))}: {printable(app_id.value)}.{key}",
        mistakes=page.mistakes,
        folder=Path(page.file).parent,
        spoilt=frozenset(places.keys() - plain.keys()),
        secrets_inline=False,
    )


def _is_known(page: _Page, key: yaml.ScalarNode, keys: Collection[str]) -> bool:
    if key.value in keys:
        return True
    near = nearest(key.value, keys)
    hint = f"; did you mean {near}?" if near else ""
    page.mistake(key, f"{shown(key.value)} is not a setting of a workspace{hint}")
    return False


def _is_plain(page: _Page, key: yaml.ScalarNode, value: yaml.Node) -> bool:
    if isinstance(value, yaml.ScalarNode):
        return True
    page.mistake(key, f"{key.value} is a list or mapping; wanted one value")
    return False


def _compose(path: Path) -> yaml.Node:
    with path.open("rb") as file:
        content = file.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise OverflowError
    # An empty document composes to None; it is a mapping of nothing.
    root: yaml.Node | None = yaml.compose(content.decode(), Loader=yaml.SafeLoader)
    return yaml.MappingNode("tag:yaml.org,2002:map", []) if root is None else root


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror.lower()}"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f", line {error.problem_mark.line + 1}: {error.problem}"
    return ", which cannot be read"
