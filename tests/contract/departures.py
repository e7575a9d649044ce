"""Where Intercom's description of REST 2.10 contradicts itself, its own documentation or captured payloads.

This is the one place that says so. Everything else of the description is taken at its word, and more strictly than it
asks for: a field that it does not name is a mistake, in a request as in an answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]

_SUBSCRIPTIONS: Schema = {"$ref": "#/components/schemas/contact_subscription_types"}
_TEXT: Schema = {"type": "string", "nullable": True}

# Referred to, and nowhere in the file.
MISSING: Mapping[str, Schema] = {"custom_attributes": {"type": "object"}}

# Fields that Intercom's documentation or payloads captured from it have, and the description lacks.
UNNAMED: Mapping[str, Mapping[str, Schema]] = {
    # Captured on every conversation; https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/
    # unversioned-changes has those about the AI agent.
    "conversation": {
        "title": _TEXT,
        "custom_attributes": {"type": "object"},
        "topics": {"type": "object"},
        "ticket": {"type": "object", "nullable": True},
        "ai_agent": {"type": "object", "nullable": True},
        "ai_agent_participated": {"type": "boolean"},
    },
    # Captured lists of teammates keep them under `admins`, as their type `admin.list` says.
    "conversation_teammates": {"admins": {"type": "array", "items": {"$ref": "#/components/schemas/reference"}}},
    # In the description's own examples.
    "app": {"secure": {"type": "boolean"}},
    "contact_location": {"country_code": _TEXT, "continent_code": _TEXT},
    "contact_attached_companies": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/company"}}},
    # The kinds of tickets that only teammates see.
    "ticket_type": {"is_internal": {"type": "boolean"}},
    # As in every other list of type `list`.
    "ticket_type_attribute_list": {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/ticket_type_attribute"}}
    },
    "contact": dict.fromkeys(("utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term"), _TEXT)
    | {"referrer": _TEXT}
    | {f"opted_{way}_subscription_types": _SUBSCRIPTIONS for way in ("in", "out")},
    "contact_subscription_types": {"type": {"type": "string"}},
    "contact_tags": {"type": {"type": "string"}},
    "contact_companies": {"type": {"type": "string"}},
    "contact_notes": {"type": {"type": "string"}},
    "contact_social_profiles": {"type": {"type": "string"}},
}

# Fields that are null in captured payloads as long as there is nothing to say; the description knows no null there.
NULLABLE: Mapping[str, tuple[str, ...]] = {
    "conversation_statistics": (
        "time_to_assignment",
        "time_to_admin_reply",
        "time_to_first_close",
        "time_to_last_close",
        "median_time_to_reply",
        "first_contact_reply_at",
        "first_assignment_at",
        "first_admin_reply_at",
        "first_close_at",
        "last_assignment_at",
        "last_assignment_admin_reply_at",
        "last_contact_reply_at",
        "last_admin_reply_at",
        "last_close_at",
        "last_closed_by_id",
    ),
    "conversation_rating": ("remark",),
    "ticket": ("snoozed_until",),
    "ticket_type_attribute": ("input_options",),
    "company": (
        "name",
        "plan",
        "remote_created_at",
        "last_request_at",
        "size",
        "website",
        "industry",
    ),
}

# Fields that may be more than the description says.
OTHERWISE: Mapping[tuple[str, str], Schema] = {
    # A lead's address may be empty, which is no e-mail address.
    ("conversation_part_author", "email"): {"type": "string"},
    ("ticket_part_author", "email"): {"type": "string"},
    # Leads write in tickets as well as in conversations.
    ("ticket_part_author", "type"): {"type": "string", "enum": ["admin", "bot", "team", "user", "lead"]},
    # Not only text: https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/data-attributes
    ("company", "custom_attributes"): {"type": "object"},
}


def repair(document: dict[str, Any]) -> dict[str, Any]:
    """The description with all departures made, and with OpenAPI's ways put in those that JSON Schema understands."""
    schemas = document["components"]["schemas"]
    schemas |= MISSING
    for name, fields in UNNAMED.items():
        schemas[name]["properties"] |= fields
    # What search answers lacks nothing of a conversation but its parts.
    schemas["conversation_list_item"]["properties"] |= UNNAMED["conversation"]
    for name, nullable in NULLABLE.items():
        for field in nullable:
            schemas[name]["properties"][field]["nullable"] = True
    for (name, field), schema in OTHERWISE.items():
        schemas[name]["properties"][field] = schema
    # Companies without `untag` fit two of the four forms, so "exactly one of" would refuse what the examples show.
    tags = document["paths"]["/tags"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    tags["anyOf"] = tags.pop("oneOf")
    for schema in list(_schemas(document)):
        _put_null_beside_references(schema)
        _close(schema)
    return document


def _schemas(node: object, *, named: bool = False) -> Iterator[Schema]:
    """Every schema of the document; `named` says that the keys of `node` are names, not keywords."""
    match node:
        case dict():
            if not named and node.keys() & {"type", "properties", "$ref", "allOf", "anyOf", "oneOf", "items"}:
                yield node
            for key, value in list(node.items()):
                if key not in {"example", "examples", "default", "enum"} or named:
                    yield from _schemas(value, named=not named and key == "properties")
        case list():
            for value in node:
                yield from _schemas(value)


def _put_null_beside_references(schema: Schema) -> None:
    """`nullable` beside a reference or a choice says that null is fine, which OpenAPI 3.0 would overlook."""
    if not schema.get("nullable"):
        return
    if schema.keys() & {"$ref", "allOf", "anyOf", "oneOf"}:
        whole = {key: value for key, value in schema.items() if key != "nullable"}
        schema.clear()
        schema["anyOf"] = [whole, {"enum": [None]}]
    elif None not in schema.get("enum", [None]):
        schema["enum"] = [*schema["enum"], None]


def _close(schema: Schema) -> None:
    """Nothing may be in an object that the description does not name."""
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
