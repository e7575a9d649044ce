"""Who writes: customers, teammates and the bot."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is, with the codes that Intercom gives it."""

    country: str
    region: str
    city: str
    country_code: str
    continent_code: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A company: `own_id` is the customer's own id for it, `monthly_spend` in whatever money."""

    id: str
    own_id: str
    name: str
    monthly_spend: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A contact: `role` is user or lead; `external_id` is the customer's own id for them. Leads have no firm."""

    id: str
    name: str
    email: str
    external_id: str | None = None
    role: str = "user"
    place: Place = Place("Ireland", "Munster", "Cork", "IRL", "EU")
    firm: Firm | None = None

    def author(self) -> dict[str, Any]:
        """As the author of a message."""
        return {"type": self.role, "id": self.id, "name": self.name, "email": self.email}

    def reference(self) -> dict[str, Any]:
        """As a member of a list of contacts."""
        return {"type": "contact", "id": self.id, "external_id": self.external_id}


@dataclass(frozen=True, slots=True)
class Teammate:
    """An admin, or the bot when `type` says so."""

    id: str
    name: str
    email: str
    type: str = "admin"

    def author(self) -> dict[str, Any]:
        """As the author of a message."""
        return {"type": self.type, "id": self.id, "name": self.name, "email": self.email}

    def reference(self) -> dict[str, Any]:
        """As a member of a list of admins."""
        return {"type": self.type, "id": self.id}
