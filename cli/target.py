"""TARGET: one conversation, ticket, contact or company, as people name it on the command line."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import click

from cli.settings.forms import ID, shown
from rules.language.values import Kind

WANTED = "wanted conversation:ID, ticket:ID, contact:ID, company:ID, or a link from Intercom's inbox to a conversation"

KINDS: dict[str, Kind] = {
    "conversation": "conversation",
    "ticket": "ticket",
    "contact": "contact",
    "company": "company",
}

# Intercom documents no form of these links. What is taken is a guess: /conversation/<digits> anywhere in the path, and
# the workspace behind /a/inbox/ or /a/apps/ where there is one.
_CONVERSATION = re.compile(r"/conversations?/([0-9]{1,64})(?=/|$)")
_WORKSPACE = re.compile(rf"/a/(?:inbox|apps)/({ID})(?=/)")


class NoTarget(ValueError):
    """A text names no target; the message says what was wanted."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a person named. `app_id` is the workspace that a link tells, None where nothing does."""

    kind: Kind
    id: str
    app_id: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def parse(text: str) -> Named:
    """The target in `kind:id` or in a link.

    Raises:
        NoTarget: it is neither.
    """
    text = text.strip()
    if re.match(r"https?://", text, re.IGNORECASE):
        return _from_link(text)
    kind, colon, object_id = text.partition(":")
    if kind not in KINDS or not colon:
        raise NoTarget(f"{shown(text)} names nothing that has tags; {WANTED}")
    if not re.fullmatch(ID, object_id):
        raise NoTarget(f"{shown(object_id)} is no id of a {kind}; wanted 1 to 64 letters, digits, - and _")
    return Named(KINDS[kind], object_id)


def _from_link(text: str) -> Named:
    try:
        path = urlsplit(text).path
    except ValueError:
        path = ""
    conversation, workspace = _CONVERSATION.search(path), _WORKSPACE.search(path)
    if conversation is None:
        raise NoTarget(f"the link {shown(text)} has no /conversation/ and number in its path; {WANTED}")
    return Named("conversation", conversation[1], workspace[1] if workspace else None)


def named(text: str) -> Named:
    """The target, as the type of a command's argument: anything else ends the command as called wrongly."""
    try:
        return parse(text)
    except NoTarget as mistake:
        raise click.BadParameter(str(mistake)) from None


HELP = (
    "TARGET is conversation:ID, ticket:ID, contact:ID or company:ID (Intercom's own ids), or a link to a conversation "
    "copied from Intercom's inbox. Intercom documents no form of such links: any URL with /conversation/NUMBER in its "
    "path is taken for one."
)
