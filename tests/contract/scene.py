"""A workspace with something of everything in it."""

from simulator.app import Simulator
from simulator.scene import Seed, SeedSegment, place, place_segment

COMPANY = "66aa01d2c4d5e6f7a8b9001a"
CONTACT = "66ab2f10c4d5e6f7a8b90c11"
CONVERSATION = "215470000112233"
TICKET = "215470000445566"
SEGMENT = "66ac01d2c4d5e6f7a8b9002b"
NOOR = "5017001"
TEAM = "5017690"
FREE_TAG, APPLIED_TAG, USED_TAG = "7712001", "7712002", "7712003"
"""A tag that nothing has, one that everything has, and one that a segment depends on."""


def set_scene(simulator: Simulator) -> None:
    """Make all these known."""
    workspace, app_id, now = simulator.workspace, simulator.settings.app_id, int(simulator.clock())
    for name in ("free", "applied", "used"):
        workspace.find_or_create_tag(name)
    place_segment(workspace, SeedSegment("Seg 1", SEGMENT, tags=("used",), members=frozenset({CONTACT})), now=now)
    place(workspace, "company", Seed(COMPANY, ("applied",), {"company_id": "acme-42"}), app_id=app_id, now=now)
    place(workspace, "contact", Seed(CONTACT, ("applied",), companies=(COMPANY,)), app_id=app_id, now=now)
    place(workspace, "conversation", Seed(CONVERSATION, ("applied",)), app_id=app_id, now=now)
    place(workspace, "ticket", Seed(TICKET, ("applied",)), app_id=app_id, now=now)
