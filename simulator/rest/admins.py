"""`/me`, `/admins` and `/teams`.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/admins
"""

from simulator.documents.admin import admin_document, me_document, team_document
from simulator.errors import ApiError, resource_not_found
from simulator.rest.request import Answer, Request, ok
from simulator.workspace.state import Workspace


def answer_me(workspace: Workspace, request: Request, *, app_id: str) -> Answer:
    """Whose token this is, and of which workspace."""
    match request.method, request.steps[1:]:
        case "GET", []:
            return ok(me_document(workspace, app_id))
        case _:
            raise resource_not_found()


def answer(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/admins`."""
    match request.method, request.steps[1:]:
        case "GET", []:
            admins = [admin_document(workspace, admin) for admin in workspace.admins.values()]
            return ok({"type": "admin.list", "admins": admins})
        case "GET", [admin_id]:
            admin = workspace.admins.get(admin_id)
            if admin is None:
                raise ApiError(404, "admin_not_found", "Admin not found")
            return ok(admin_document(workspace, admin))
        case _:
            raise resource_not_found()


def answer_teams(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/teams`."""
    match request.method, request.steps[1:]:
        case "GET", []:
            return ok({"type": "team.list", "teams": [team_document(team) for team in workspace.teams.values()]})
        case "GET", [team_id]:
            team = workspace.teams.get(team_id)
            if team is None:
                raise ApiError(404, "team_not_found", "Team not found")
            return ok(team_document(team))
        case _:
            raise resource_not_found()
