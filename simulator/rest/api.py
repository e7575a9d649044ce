"""Intercom's REST API, as far as tagging needs it: all operations on tags, and what rules and searches read.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io
"""

import hmac
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from simulator.calls import Call
from simulator.errors import ApiError, resource_not_found, unauthorized
from simulator.rest import admins, companies, contacts, conversations, segments, tags, tickets
from simulator.rest.request import Answer, Request
from simulator.rest.version import read_version
from simulator.workspace.state import Workspace

Endpoint = Callable[[Workspace, Request], Answer]


class Api:
    """Answers calls about one workspace. `clock` gives Unix seconds."""

    def __init__(self, workspace: Workspace, *, token: str, app_id: str, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._bearer = b"Bearer " + token.encode()
        self._clock = clock
        self._endpoints: Mapping[str, Endpoint] = {
            "me": lambda workspace, request: admins.answer_me(workspace, request, app_id=app_id),
            "admins": admins.answer,
            "teams": admins.answer_teams,
            "tags": tags.answer,
            "segments": segments.answer,
            "contacts": contacts.answer,
            "companies": companies.answer,
            "conversations": conversations.answer,
            "tickets": tickets.answer,
        }

    def answer(self, call: Call) -> Answer:
        """What Intercom would answer; never raises."""
        try:
            request = self._admitted(call)
            endpoint = self._endpoints.get(request.steps[0])
            if endpoint is None:
                raise resource_not_found()
            return endpoint(self._workspace, request)
        except ApiError as error:
            return Answer(error.status, error.body())

    def _admitted(self, call: Call) -> Request:
        if not hmac.compare_digest(call.headers.get(b"authorization", b""), self._bearer):
            raise unauthorized()
        return Request(
            method=call.method,
            steps=call.path.strip("/").split("/"),
            now=self._clock(),
            version=read_version(call.headers.get(b"intercom-version")),
            query=dict(parse_qsl(call.query.decode("latin-1"), keep_blank_values=True)),
            body=call.body,
        )
