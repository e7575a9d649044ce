"""The tags of the workspace: which one somebody means, and which rules use it."""

from collections.abc import Iterable
from pathlib import Path

from cli.settings.forms import shown
from cli.tags.session import Session, refuse
from rules.findings.suggestion import nearest
from rules.language.values import attribute_name as folded
from rules.reading.loader import load
from workers.intercom.answers import Tag


async def all_tags(session: Session) -> tuple[Tag, ...]:
    """Every tag of the workspace."""
    return (await session.caller.call(lambda intercom: intercom.list_tags())).value


async def meant(session: Session, text: str) -> Tag:
    """The tag of that name, or else of that id; ends the command with 1 where there is none."""
    tags = await all_tags(session)
    tag = find(tags, text)
    if tag is None:
        near = nearest(text, [tag.name for tag in tags])
        advice = f"; did you mean {shown(near)}?" if near else ""
        refuse(f"workspace {session.workspace.app_id} has no tag {shown(text)}{advice}")
    return tag


def find(tags: Iterable[Tag], text: str) -> Tag | None:
    """The tag of that name, case and white space apart as the workers compare names, or else the one of that id."""
    tags = tuple(tags)
    by_name = {folded(tag.name): tag for tag in reversed(tags)}
    by_id = {tag.id: tag for tag in tags}
    return by_name.get(folded(text)) or by_id.get(text.strip())


def users(rules: Path, name: str) -> str:
    """A sentence about who in the rules means the tag of that name; empty if nobody does, or the rules are broken."""
    rule_set = load(rules).rule_set
    if rule_set is None:
        return ""
    using = [rule.id for rule in rule_set.rules if folded(name) in map(folded, rule.tags)]
    if using:
        return f"the rules {', '.join(using)} use it" if len(using) > 1 else f"the rule {using[0]} uses it"
    return "tags.yaml lists it" if folded(name) in map(folded, rule_set.tags) else ""
