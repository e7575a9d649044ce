"""What can be tagged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.workspace.tags import Applied, Tag

Kind = Literal["conversation", "ticket", "contact", "company"]


@dataclass(slots=True)
class Tagged:
    """A conversation, ticket, contact or company.

    `item` is what Intercom's REST answer says of it, but for tags, companies and segments; `tags` are by id, in the
    order in which they came; `companies` are ids of the companies that a contact belongs to; `since` is when it became
    known, in Unix seconds.
    """

    kind: Kind
    id: str
    item: Mapping[str, Any]
    tags: dict[str, Applied] = field(default_factory=dict)
    companies: tuple[str, ...] = ()
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Tagging:
    """A tag that was put on an object, or taken off when not `on`."""

    tagged: Tagged
    tag: Tag
    on: bool
