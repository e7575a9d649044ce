"""Webhook signatures: `X-Hub-Signature: sha1=<hex>`, an HMAC-SHA1 of the raw body under the app's client secret.

Source: https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import hmac
import re
from collections.abc import Iterable

from service.settings import Source

_FORM = re.compile(rb"sha1=[0-9a-f]{40}")


class Keyring:
    """The client secrets that are valid now, and the workspaces each may speak for.

    One app installed in several workspaces signs for all of them with one secret; one workspace has several secrets
    while they are rotated.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self._workspaces: dict[bytes, set[str]] = {}
        for source in sources:
            for secret in source.client_secrets:
                self._workspaces.setdefault(secret.encode(), set()).add(source.app_id)

    def verify(self, signatures: list[bytes], body: bytes) -> frozenset[str] | None:
        """The `app_id`s that the signer of `body` may speak for; None if there is not exactly one good signature.

        All secrets are tried, whichever fits, so that the time taken says nothing about them.
        """
        if len(signatures) != 1 or _FORM.fullmatch(signatures[0]) is None:
            return None
        speaks_for: set[str] = set()
        for secret, workspaces in self._workspaces.items():
            digest = b"sha1=" + hmac.digest(secret, body, "sha1").hex().encode()
            if hmac.compare_digest(digest, signatures[0]):
                speaks_for |= workspaces
        return frozenset(speaks_for) or None
