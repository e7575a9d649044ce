"""What Intercom's documentation leaves open, and what this simulator does about it.

Each entry is a choice, not a fact about Intercom; a client should work whichever way it goes. The rest of the
choices, which need no constant:

- Adding a tag that is there answers 200 and keeps its first `applied_at` and `applied_by`; taking off one that is not
  there answers 404 `tag_not_found`.
- Checks run in this order: token, version, route, body, admin, object, tag.
- `POST /tags` with the name of a tag that exists answers with the spelling that it already has.
- Deleting a tag takes it off every object.
- Every call counts towards the window, also one that is turned down; `X-RateLimit-Reset` is the end of the window,
  rounded up to a whole second.
- The `Accept` header is not looked at.
"""

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


VERSIONS = frozenset(
    {"1.0", "1.1", "1.2", "1.3", "1.4", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9", "2.10"}
    | {"2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "2.17", "Preview", "Unstable"}
)
"""Versions that are let in. Every answer has the shape of 2.10, whichever is asked for."""
