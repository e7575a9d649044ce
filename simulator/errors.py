"""Intercom's error answers."""

import uuid

import msgspec


class ApiError(Exception):
    """A call that Intercom would turn down: HTTP status, code, message and, where one is at fault, the field."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.field = field

    def body(self) -> bytes:
        """The documented envelope, with a request id of its own.

        https://developers.intercom.com/docs/references/rest-api/errors/error-objects
        """
        error = {"code": self.code, "message": self.message}
        if self.field is not None:
            error["field"] = self.field
        return msgspec.json.encode({"type": "error.list", "request_id": str(uuid.uuid4()), "errors": [error]})


def unauthorized() -> ApiError:
    """The bearer token is missing or wrong."""
    return ApiError(401, "unauthorized", "Access Token Invalid")


def resource_not_found() -> ApiError:
    """No such resource, or no such method on it: Intercom answers both alike."""
    return ApiError(404, "not_found", "Resource Not Found")


def tag_not_found() -> ApiError:
    """The tag is not on the object that it is to be taken off."""
    return ApiError(404, "tag_not_found", "Tag not found")


def parameter_missing(name: str) -> ApiError:
    """A required field of the body is missing."""
    return ApiError(400, "parameter_not_found", f"{name} is a required parameter", name)


def invalid_json() -> ApiError:
    """The body is not the JSON object it has to be."""
    return ApiError(400, "parameter_invalid", "invalid JSON")


def invalid_tag_parameters() -> ApiError:
    """`POST /tags` fits none of its forms."""
    return ApiError(400, "parameter_invalid", "invalid tag parameters")


def rate_limit_exceeded() -> ApiError:
    """The window is used up."""
    return ApiError(429, "rate_limit_exceeded", "The rate limit for the App has been exceeded")
