"""Segments: people and companies that have something in common."""

from dataclasses import dataclass
from typing import Literal

from simulator.workspace.objects import Tagged

PersonType = Literal["contact", "user"]


@dataclass(slots=True)
class Segment:
    """A segment: who carries one of `tag_ids` is in it, and so are those whose ids are `members`.

    `person_type` is Intercom's word for whom it is about; times are Unix seconds.
    """

    id: str
    name: str
    created_at: int
    person_type: PersonType = "user"
    tag_ids: tuple[str, ...] = ()
    members: frozenset[str] = frozenset()

    def holds(self, tagged: Tagged) -> bool:
        """Whether a contact or a company is in it."""
        return tagged.id in self.members or any(tag_id in tagged.tags for tag_id in self.tag_ids)
