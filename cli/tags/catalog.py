"""The tags of the workspace: which one somebody means, and which rules use it."""

from pathlib import Path

from cli.session import Session, refuse
from cli.settings.forms import shown
from rules.findings.suggestion import nearest
from rules.language.values import attribute_name as folded
from rules.reading.loader import load
from workers.intercom.answers import Tag
from workers.settings import Workspace


async def all_tags(it: Session) -> tuple[Tag, ...]:
    """Every tag of the workspace."""
    return (await it.caller.call(lambda intercom: intercom.list_tags())).value


async def meant(it: Session, text: str) -> Tag:
    """The tag of that name, or else of that id; ends the command with 1 where there is none."""
    return meant_of(await all_tags(it), text, it.workspace)


def meant_of(tags: tuple[Tag, ...], text: str, workspace: Workspace) -> Tag:
    """The tag of that name among those of the workspace, or else of that id; ends the command with 1 without one."""
    tag = named(tags, text) or {tag.id: tag for tag in tags}.get(text.strip())
    if tag is None:
        near = nearest(text, [tag.name for tag in tags])
        advice = f"; did you mean {shown(near)}?" if near else ""
        refuse(f"workspace {workspace.app_id} has no tag {shown(text)}{advice}")
    return tag


def named(tags: tuple[Tag, ...], name: str) -> Tag | None:
    """The tag of that name, case and white space apart, as the workers compare names."""
    return next((tag for tag in tags if folded(tag.name) == folded(name)), None)


def users(rules: Path, name: str) -> str:
    """A sentence about who in the rules means the tag of that name; empty if nobody does, or the rules are broken."""
    rule_set = load(rules).rule_set
    if rule_set is None:
        return ""
    using = [rule.id for rule in rule_set.rules if folded(name) in map(folded, rule.tags)]
    if using:
        return f"the rules {', '.join(using)} use it" if len(using) > 1 else f"the rule {using[0]} uses it"
    return "tags.yaml lists it" if folded(name) in map(folded, rule_set.tags) else ""
