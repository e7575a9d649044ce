"""Webhook signatures: `X-Hub-Signature: sha1=<hex>`, an HMAC-SHA1 of the raw body under the app's client secret.

Source: https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.settings import Source

_FORM = re.compile(rb"sha1=[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose signature it is: the `app_id`s that may be spoken for, and the name of the client secret for counting.

    The name is the same wherever the secret is, and tells nothing about it.
    """

    workspaces: frozenset[str]
    key: str


class Keyring:
    """The client secrets that are valid now, and the workspaces each may speak for.

    One app installed in several workspaces signs for all of them with one secret; one workspace has several secrets
    while they are rotated.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        workspaces: dict[bytes, set[str]] = {}
        for source in sources:
            for secret in source.client_secrets:
                workspaces.setdefault(secret.encode(), set()).add(source.app_id)
        self._signers = {secret: Signer(frozenset(may), _name(secret)) for secret, may in workspaces.items()}
        self.workspaces = frozenset(app_id for signer in self._signers.values() for app_id in signer.workspaces)

    @property
    def names(self) -> frozenset[str]:
        """What the client secrets are called where signatures are counted."""
        return frozenset(signer.key for signer in self._signers.values())

    def verify(self, signatures: list[bytes], body: bytes) -> Signer | None:
        """The signer of `body`; None if there is not exactly one good signature.

        All secrets are tried, whichever fits, so that the time taken says nothing about them.
        """
        if len(signatures) != 1 or _FORM.fullmatch(signatures[0]) is None:
            return None
        found = None
        for secret, signer in self._signers.items():
            digest = b"sha1=" + hmac.digest(secret, body, "sha1").hex().encode()
            if hmac.compare_digest(digest, signatures[0]):
                found = signer
        return found


def _name(secret: bytes) -> str:
    return hashlib.sha256(b"autotagger client secret " + secret).hexdigest()[:8]
