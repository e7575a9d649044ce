"""Companies and contacts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from simulator.cast import Cast
from simulator.documents.company import company_item
from simulator.documents.contact import contact_item
from simulator.payloads.people import Customer

_PLANS = (("1", "Free"), ("2", "Starter"), ("3", "Team"), ("4", "Enterprise"))
_INDUSTRIES = ("Software", "Retail", "Education", "Health", "Travel", "Publishing")
_FIRST = ("Amber", "Birch", "Copper", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Kestrel")
_SECOND = ("Works", "Studio", "Logistics", "Foods", "Labs", "Books", "Travel", "Partners", "Systems", "Clinic")
_YEAR = 31_536_000

Contact = tuple[Customer, dict[str, Any]]


def company(cast: Cast, number: int, now: int) -> dict[str, Any]:
    """What is kept of an invented company; `now` is in Unix seconds."""
    rng = cast.rng
    plan_id, plan = rng.choice(_PLANS)
    name = f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"
    made = now - rng.randrange(_YEAR // 4, 3 * _YEAR)
    size = int(rng.lognormvariate(3, 1.2)) + 1
    changes = {
        "plan": {"type": "plan", "id": plan_id, "name": plan},
        "size": size,
        "website": f"https://{name.lower().replace(' ', '-')}-{number}.example.com",
        "industry": rng.choice(_INDUSTRIES),
        "monthly_spend": 0 if plan == "Free" else size * 9 * int(plan_id),
        "session_count": rng.randrange(5_000),
        "updated_at": made + rng.randrange(_YEAR // 4),
        "last_request_at": now - rng.randrange(_YEAR // 12),
        "custom_attributes": {"region": rng.choice(("EMEA", "AMER", "APAC")), "paid_up": rng.random() < 0.9},  # noqa: PLR2004 - most pay
    }
    return company_item(cast.hex_id(), f"acct-{number}", name, app_id=cast.app_id, created_at=made, changes=changes)


def contact(cast: Cast, number: int, languages: Sequence[str], now: int) -> Contact:
    """The invented contact of that number, and what is kept of them."""
    rng, customer = cast.rng, cast.customer()
    # Unlike those of a story, all people of a workspace must be told apart.
    address, own_id = f"person{number}@{customer.email.partition('@')[2]}", f"user-{number}"
    customer = replace(customer, email=address, external_id=own_id if customer.role == "user" else None)
    made = now - rng.randrange(86_400, 2 * _YEAR)
    seen = rng.randrange(made, now)
    attributes = {
        "plan": rng.choice(_PLANS)[1].lower(),
        "seats": rng.randrange(1, 40),
        "trial": rng.random() < 0.2,  # noqa: PLR2004 - one in five only tries
        "renews_at": now + rng.randrange(_YEAR),
    }
    changes = {
        "signed_up_at": made if customer.role == "user" else None,
        "last_seen_at": seen,
        "browser": rng.choice(("chrome", "firefox", "safari", "edge")),
        "browser_language": rng.choice(languages),
        "os": rng.choice(("Windows", "OS X", "Linux", "Android")),
        "unsubscribed_from_emails": rng.random() < 0.1,  # noqa: PLR2004 - one in ten
        "has_hard_bounced": rng.random() < 0.02,  # noqa: PLR2004 - some addresses are dead
    }
    item = contact_item(
        customer, app_id=cast.app_id, created_at=made, updated_at=seen, attributes=attributes, changes=changes
    )
    return customer, item
