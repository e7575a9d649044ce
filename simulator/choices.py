"""What Intercom's documentation leaves open, and what this simulator does about it.

Each entry is a choice, not a fact about Intercom; a client should work whichever way it goes. The rest of the
choices, which need no constant:

- Adding a tag that is there answers 200 and keeps its first `applied_at` and `applied_by`; taking off one that is not
  there answers 404 `tag_not_found`.
- Checks run in this order: token, version, route, body, admin, object, tag.
- `POST /tags` with the name of a tag that exists answers with the spelling that it already has.
- A `POST /tags` that names an unknown company or contact changes nothing at all, not even for the known ones; from 2.16
  on, which skips unknown ones, they are listed with `tagged: false`.
- Taking a tag off by name creates the tag where there is none, and does not mind where it is not on the company.
- Tagging changes the `updated_at` of a contact, whichever way; of other objects it does not.
- `GET /companies?company_id=` answers a list of one, as the description has it.
- The list of a contact's companies is under `data`, as in the description's example, not under `companies`.
- `total_count` of a conversation's parts counts those, too, that are not shown because there are more than 500.
- Searches list what was changed last first, ties by id; a cursor keeps its place by that, so what changes meanwhile may
  come before it and never be seen. `>` and `<` leave the very second out. Text is compared exactly by `=`, `!=`, `IN`
  and `NIN`, and without regard to case by `~`, `!~`, `^` and `$`.
- Only the documented fields can be searched for. Integers may be written as strings, as in Intercom's examples.
- The fields that parts of conversations have from 2.13 on are there, and empty.
- From 2.15 on a conversation names the first company of its first contact, by its id.
- Deleting a tag takes it off every object.
- Every call counts towards the window, also one that is turned down; `X-RateLimit-Reset` is the end of the window,
  rounded up to a whole second.
- The `Accept` header is not looked at.
"""

from collections.abc import Mapping
from typing import Any

from simulator.errors import ApiError, resource_not_found


def unknown_admin() -> ApiError:
    """`admin_id` of a tag call names nobody. `GET /admins/{id}` documents this answer; tag calls document none."""
    return ApiError(404, "admin_not_found", "Admin not found", "admin_id")


def unknown_tag_to_attach() -> ApiError:
    """A tag that does not exist is put on a conversation or a ticket. Contacts document this answer."""
    return resource_not_found()


def unknown_tag_to_rename() -> ApiError:
    """`POST /tags` with an `id` that no tag has. `GET /tags/{id}` documents this answer."""
    return resource_not_found()


def name_taken() -> ApiError:
    """A tag is renamed to the name of another one."""
    return ApiError(400, "parameter_invalid", "invalid tag parameters", "name")


def unknown_ticket_to_read() -> ApiError:
    """`GET /tickets/{id}` lists no 404; the tag calls on tickets do."""
    return ApiError(404, "ticket_not_found", "Ticket not found")


def bad_id(name: str) -> ApiError:
    """An id in the body is neither a string nor an integer."""
    return ApiError(400, "parameter_invalid", f"{name} is invalid", name)


def bad_version(found: str) -> ApiError:
    """`Intercom-Version` names none. Its code is known, its status and message are not."""
    return ApiError(400, "intercom_version_invalid", f"The requested version could not be found: {found}")


def bad_query(message: str) -> ApiError:
    """A search that cannot be understood. That it fails is documented, with what is not."""
    return ApiError(400, "parameter_invalid", message, "query")


def bad_number(name: str) -> ApiError:
    """A page, a size of pages or a cursor that is none. More than 150 a page are refused rather than cut to 150."""
    return ApiError(400, "parameter_invalid", f"{name} is invalid", name)


def untags(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of `companies` takes the tag off: `untag` is a boolean, but the string 'true' in its example."""
    return entry.get("untag") in (True, "true")


MOST_A_PAGE = 150
"""`per_page` of searches at most; lists of companies, whose limit is not documented, are cut to it."""

TIMEZONE = "Europe/Paris"

VERSIONS = frozenset(
    {"1.0", "1.1", "1.2", "1.3", "1.4", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9", "2.10"}
    | {"2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "2.17", "Preview", "Unstable"}
)
"""Versions that are let in. Those before 2.10 get the shape of 2.10, Preview and Unstable that of the latest."""
