"""How large an invented workspace is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of what; whatever is None follows from the number of conversations."""

    conversations: int = 0
    tickets: int | None = None
    contacts: int | None = None
    companies: int | None = None

    def filled(self) -> tuple[int, int, int, int]:
        """Conversations, tickets, contacts, companies; whoever writes needs a contact."""
        tickets = self.conversations // 5 if self.tickets is None else self.tickets
        contacts = (self.conversations + 1) // 2 if self.contacts is None else self.contacts
        companies = contacts // 10 if self.companies is None else self.companies
        return self.conversations, tickets, max(contacts, 1) if self.conversations or tickets else contacts, companies

    def __bool__(self) -> bool:
        return any(self.filled())


EMPTY = Size()
