"""Who works in the workspace."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Admin:
    """A teammate."""

    id: str
    name: str
    email: str
    has_inbox_seat: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    """Teammates who share an inbox."""

    id: str
    name: str
    admin_ids: tuple[str, ...]


ADMINS = (
    Admin("5017001", "Noor Haddad", "noor@helpdesk.example.com"),
    Admin("5017002", "Jonas Keller", "jonas@helpdesk.example.com"),
    Admin("5017003", "Ines Moreau", "ines@helpdesk.example.com", has_inbox_seat=False),
)
"""The first one made the access token."""

TEAMS = (
    Team("5017690", "Billing", ("5017001",)),
    Team("5017691", "Support", ("5017001", "5017002")),
)
