"""Invented people, and ids that no two objects share."""

import random
import uuid

from simulator.payloads.people import Customer, Firm, Place, Teammate

_FIRST = ("Aiko", "Benoît", "Carla", "Dmitri", "Efua", "Femke", "Giulia", "Hassan", "Ingrid", "José", "Lin", "Zoë")
_LAST = ("Abara", "Brandt", "Cho", "Dupuis", "Eriksen", "Farouk", "Grassi", "Hughes", "Ito", "Jansen", "Müller", "Wu")
_FIRMS = (("atelier", 40), ("borealis", 1_200), ("cobalt", 90), ("dovetail", 499), ("ember", 5_000), ("foxglove", 0))
"""Names, and what each spends a month."""
_KNOWN = 0.5
"""The share of conversations and tickets that somebody opens who has written before."""
_PLACES = (
    Place("Ireland", "Munster", "Cork", "IRL", "EU"),
    Place("Germany", "Bremen", "Bremen", "DEU", "EU"),
    Place("France", "Pays de la Loire", "Nantes", "FRA", "EU"),
    Place("Japan", "Hyogo", "Kobe", "JPN", "AS"),
    Place("Brazil", "Pernambuco", "Recife", "BRA", "SA"),
)

TEAMMATES = (
    Teammate("5017001", "Noor Haddad", "noor@helpdesk.example.com"),
    Teammate("5017002", "Jonas Keller", "jonas@helpdesk.example.com"),
)
BOT = Teammate("5017009", "Helper", "operator@helpdesk.example.com", type="bot")


class Cast:
    """Hands out people and ids; the same `rng` state gives the same ones."""

    def __init__(self, rng: random.Random, app_id: str) -> None:
        self.rng = rng
        self.app_id = app_id
        # One run's objects should not be mistaken for those of another, so each run counts from its own number.
        self._next = rng.randrange(10**8, 9 * 10**8) * 10**6
        self.firms = tuple(
            Firm(self.hex_id(), f"{name}-{self._next}", name.capitalize(), spend) for name, spend in _FIRMS
        )
        self.writers: list[Customer] = []

    def id(self) -> str:
        """A number that nothing else has."""
        self._next += 1
        return str(self._next)

    def hex_id(self) -> str:
        """An id as contacts and companies have."""
        return f"{self.rng.getrandbits(96):024x}"

    def notification_id(self) -> str:
        """The id of a notification."""
        return f"notif_{uuid.UUID(int=self.rng.getrandbits(128), version=4)}"

    def writer(self) -> Customer:
        """Somebody who writes in, perhaps not for the first time."""
        if self.writers and self.rng.random() < _KNOWN:
            return self.rng.choice(self.writers)
        self.writers.append(self.customer())
        return self.writers[-1]

    def customer(self) -> Customer:
        """Somebody new."""
        first, last, firm = self.rng.choice(_FIRST), self.rng.choice(_LAST), self.rng.choice(self.firms)
        number = self.rng.randrange(10_000)
        user = self.rng.random() < 0.9  # noqa: PLR2004 - most who write in are known
        return Customer(
            id=self.hex_id(),
            name=f"{first} {last}",
            email=f"person{number}@{firm.name.lower()}.example.com",
            external_id=f"{firm.name.lower()}-{number}" if user else None,
            role="user" if user else "lead",
            place=self.rng.choice(_PLACES),
            firm=firm if user else None,
        )

    def teammate(self) -> Teammate:
        """Somebody who answers."""
        return self.rng.choice(TEAMMATES)
