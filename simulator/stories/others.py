"""What happens to contacts and companies, and what is nobody's business."""

from collections.abc import Callable

from simulator.cast import Cast
from simulator.payloads.company import company
from simulator.payloads.contact import contact, contact_tag
from simulator.payloads.times import iso_offset
from simulator.stories.event import About, Event, Story


def signed_up(cast: Cast, began: int) -> Story:
    """A user appears, then changes."""
    customer = cast.customer()
    about = About("contact", customer.id)
    new = contact(customer, app_id=cast.app_id, created_at=began, updated_at=began, attributes={"plan": "free"})
    later = began + cast.rng.randrange(5, 40)
    changed = contact(customer, app_id=cast.app_id, created_at=began, updated_at=later, attributes={"plan": "team"})
    return Story(
        (
            Event(cast.notification_id(), f"contact.{customer.role}.created", began, about, new),
            Event(cast.notification_id(), f"contact.{customer.role}.updated", later, about, changed),
        )
    )


def contact_tagged(cast: Cast, began: int) -> Story:
    """Somebody tags a contact by hand, and thinks better of it."""
    customer = cast.customer()
    about, tag_id = About("contact", customer.id), cast.id()
    later = began + cast.rng.randrange(5, 40)
    tagged = contact(customer, app_id=cast.app_id, created_at=began - 60, updated_at=began, tag_ids=(tag_id,))
    bare = contact(customer, app_id=cast.app_id, created_at=began - 60, updated_at=later)
    put_on, taken_off = (contact_tag(item, tag_id, "newsletter") for item in (tagged, bare))
    topic = f"contact.{customer.role}.tag"
    return Story(
        (
            Event(cast.notification_id(), f"{topic}.created", began, about, put_on),
            Event(cast.notification_id(), f"{topic}.deleted", later, about, taken_off),
        )
    )


def company_founded(cast: Cast, began: int) -> Story:
    """A company appears, and grows."""
    company_id = cast.hex_id()
    about, later = About("company", company_id), began + cast.rng.randrange(5, 40)
    item = company(company_id, f"firm-{company_id[:4]}", "Dovetail Refunds", app_id=cast.app_id, created_at=began)
    plan = {"type": "plan", "id": "269315", "name": "Gold"}
    grown = {**item, "updated_at": iso_offset(later), "plan": plan, "size": 120, "monthly_spend": 900}
    return Story(
        (
            Event(cast.notification_id(), "company.created", began, about, item),
            Event(cast.notification_id(), "company.updated", later, about, grown),
        )
    )


def ping(_: Cast, began: int) -> Story:
    """Intercom asks whether anybody is there; pings have no id."""
    item = {"type": "ping", "message": "something something interzen"}
    return Story((Event(None, "ping", began, None, item),))


def unheard_of(cast: Cast, began: int) -> Story:
    """A topic that nobody has heard of yet."""
    item = {"type": "hunch", "id": cast.id(), "body": "<p>A refund, perhaps.</p>"}
    return Story((Event(cast.notification_id(), "workspace.hunch.created", began, None, item),))


STORIES: tuple[Callable[[Cast, int], Story], ...] = (signed_up, contact_tagged, company_founded, ping, unheard_of)
