"""What happens to contacts and companies, and what is nobody's business."""

from collections.abc import Callable

from simulator.cast import Cast
from simulator.event import About, Event, Story
from simulator.payloads.company import company
from simulator.payloads.contact import contact, contact_tag


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
    """Somebody tags a contact by hand."""
    customer = cast.customer()
    tag_id = cast.id()
    tagged = contact(customer, app_id=cast.app_id, created_at=began - 60, updated_at=began, tag_ids=(tag_id,))
    item = contact_tag(tagged, tag_id, "newsletter")
    topic = f"contact.{customer.role}.tag.created"
    return Story((Event(cast.notification_id(), topic, began, About("contact", customer.id), item),))


def company_founded(cast: Cast, began: int) -> Story:
    """A company appears."""
    company_id = cast.hex_id()
    item = company(company_id, f"firm-{company_id[:4]}", "Dovetail Refunds", app_id=cast.app_id, created_at=began)
    return Story((Event(cast.notification_id(), "company.created", began, About("company", company_id), item),))


def ping(_: Cast, began: int) -> Story:
    """Intercom asks whether anybody is there; pings have no id."""
    item = {"type": "ping", "message": "something something interzen"}
    return Story((Event(None, "ping", began, None, item),))


def unheard_of(cast: Cast, began: int) -> Story:
    """A topic that nobody has heard of yet."""
    item = {"type": "hunch", "id": cast.id(), "body": "<p>A refund, perhaps.</p>"}
    return Story((Event(cast.notification_id(), "workspace.hunch.created", began, None, item),))


STORIES: tuple[Callable[[Cast, int], Story], ...] = (signed_up, contact_tagged, company_founded, ping, unheard_of)
