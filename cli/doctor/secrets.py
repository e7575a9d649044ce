"""What the doctor finds about client secrets, which nobody but Intercom could try."""

from cli.doctor.line import Line
from cli.settings import Surveyed
from rules.telling.report import plural

SHORTEST = 16
"""Characters below which a secret is too short to be one; Intercom documents no form of it."""


def examine_secrets(space: Surveyed) -> Line:
    """One line: whether they are there and could be what they should be. They are never shown, nor is their length."""
    secrets, subject, workspace = space.client_secrets, "client secrets", space.app_id
    if secrets is None:
        words = "there are none here; `autotagger serve` needs them where it runs"
        return Line(subject, "could not be checked", words, workspace=workspace)
    from_hub = "take the client secret from the Developer Hub, under Basic Info"
    if space.access_token in secrets:
        return Line(subject, "wrong", "the access token is among them, which signs nothing", from_hub, workspace)
    if any(len(secret) < SHORTEST for secret in secrets):
        words = f"one of them has fewer than {SHORTEST} characters"
        return Line(subject, "warning", words, from_hub, workspace)
    return Line(subject, "ok", f"{plural(len(secrets), 'client secret')}, of a plausible form", workspace=workspace)
