"""The head of a request: whether two who read it must agree where the request ends and whom it is for.

httptools takes more than HTTP allows; what a proxy before us reads otherwise could hide one request in another.
Source: https://www.rfc-editor.org/rfc/rfc9112#section-3.2 and #section-6.1
"""

from collections.abc import Iterable

Headers = Iterable[tuple[bytes, bytes]]
"""Names in lower case, and values."""


def sound(version: str, headers: Headers) -> bool:
    """Whether this is HTTP/1.1 with exactly one Host, or 1.0 with one at most, its body as it is or in chunks (1.1)."""
    hosts = codings = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings += 1 if value.lower() == b"chunked" else 2
    if version == "1.1":
        return hosts == 1 and codings <= 1
    return version == "1.0" and hosts <= 1 and not codings


def size(headers: Headers) -> int:
    """How many bytes names and values have."""
    return sum([len(name) + len(value) for name, value in headers])
