"""Types of tickets, and the states that tickets go through.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/ticket-types
"""

from typing import Any

STATES = ("submitted", "in_progress", "waiting_on_customer", "resolved")

_MADE = 1_690_000_000
_SEVERITY = ("High", "Medium", "Low")

# Name, description, icon, category, whether it has a severity.
_TYPES = (
    ("Problem", "Something does not work as it should", "\N{WRENCH}", "Customer", True),
    ("Refund request", "Money to be paid back", "\N{BANKNOTE WITH EURO SIGN}", "Customer", False),
    ("Task", "Something to be done behind the scenes", "\N{CLIPBOARD}", "Back-office", False),
    ("Incident", "One cause of many problems", "\N{FIRE}", "Tracker", True),
)


def ticket_types(app_id: str) -> tuple[dict[str, Any], ...]:
    """All of them, as tickets show their type."""
    return tuple(_type(app_id, 88_401 + number, *each) for number, each in enumerate(_TYPES))


def severity_of(kind: dict[str, Any], number: int) -> str | None:
    """A severity, for tickets of a type that has one."""
    names = {attribute["name"] for attribute in kind["ticket_type_attributes"]["data"]}
    return _SEVERITY[number % len(_SEVERITY)] if "Severity" in names else None


def _type(
    app_id: str, type_id: int, name: str, description: str, icon: str, category: str, severe: bool
) -> dict[str, Any]:
    attributes = [
        _attribute(app_id, type_id, 0, "_default_title_", "string", {"multiline": False}),
        _attribute(app_id, type_id, 1, "_default_description_", "string", {"multiline": True}),
    ]
    if severe:
        options = [{"label": label, "id": f"opt-{label.lower()}"} for label in _SEVERITY]
        attributes.append(_attribute(app_id, type_id, 2, "Severity", "list", {"list_options": options}))
    return {
        "type": "ticket_type",
        "id": str(type_id),
        "name": name,
        "description": description,
        "icon": icon,
        "workspace_id": app_id,
        "archived": False,
        "created_at": _MADE,
        "updated_at": _MADE,
        "is_internal": category != "Customer",
        "ticket_type_attributes": {"type": "list", "data": attributes},
        "category": category,
    }


def _attribute(
    app_id: str, type_id: int, order: int, name: str, data_type: str, options: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "ticket_type_attribute",
        "id": f"{type_id}{order}",
        "workspace_id": app_id,
        "name": name,
        "description": "",
        "data_type": data_type,
        "input_options": options,
        "order": order,
        "required_to_create": False,
        "required_to_create_for_contacts": False,
        "visible_on_create": True,
        "visible_to_contacts": True,
        "default": name.startswith("_default_"),
        "ticket_type_id": type_id,
        "archived": False,
        "created_at": _MADE,
        "updated_at": _MADE,
    }
