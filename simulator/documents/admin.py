"""Admins and teams.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/admins/admin
"""

from typing import Any

from simulator.workspace.admins import Admin, Team
from simulator.workspace.state import Workspace


def admin_document(workspace: Workspace, admin: Admin) -> dict[str, Any]:
    """An admin."""
    return {
        "type": "admin",
        "id": admin.id,
        "name": admin.name,
        "email": admin.email,
        "away_mode_enabled": False,
        "away_mode_reassign": False,
        "has_inbox_seat": admin.has_inbox_seat,
        "team_ids": [int(team.id) for team in workspace.teams.values() if admin.id in team.admin_ids],
    }


def team_document(team: Team) -> dict[str, Any]:
    """A team."""
    return {"type": "team", "id": team.id, "name": team.name, "admin_ids": [int(admin) for admin in team.admin_ids]}


def me_document(workspace: Workspace, app_id: str) -> dict[str, Any]:
    """The admin who made the access token, and the workspace that it is for."""
    admin = workspace.owner
    app = {
        "type": "app",
        "id_code": app_id,
        "name": "Simulated workspace",
        "created_at": 1_600_000_000,
        "secure": False,
        "identity_verification": False,
        "timezone": workspace.timezone,
        "region": "US",
    }
    return {
        "type": "admin",
        "id": admin.id,
        "email": admin.email,
        "name": admin.name,
        "email_verified": True,
        "app": app,
        "avatar": {"type": "avatar", "image_url": "https://avatars.example.com/128.png"},
        "has_inbox_seat": admin.has_inbox_seat,
    }
