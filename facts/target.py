"""What gets tagged."""

from dataclasses import dataclass

from rules.language.values import Kind


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One conversation, ticket, contact or company. Its id is a string and unique only within its workspace."""

    app_id: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
