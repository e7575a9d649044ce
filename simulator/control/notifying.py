"""Single notifications: about an object that is known, and about tags that come and go through REST."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.app import Simulator
from simulator.control.endpoint import answer, read, route
from simulator.stories.runs import delivery_document
from simulator.webhooks.notifier import Address
from simulator.webhooks.telling import Telling, item_of


def notifying_routes(simulator: Simulator) -> list[Route]:
    """The routes."""

    async def notify(request: Request) -> Response:
        telling = await read(request, Telling)
        item = item_of(simulator.workspace, telling)
        return answer({"id": simulator.notifier.post(telling.address(), telling.topic, item).id})

    async def echo(request: Request) -> Response:
        simulator.echo_to = await read(request, Address)
        return answer(simulator.echo_to)

    async def silence(_: Request) -> Response:
        simulator.echo_to = None
        return answer({})

    async def notifications(_: Request) -> Response:
        return answer({"deliveries": list(map(delivery_document, simulator.notifier.deliveries()))})

    return [
        route("/notify", notify, "POST"),
        route("/echo", echo, "POST"),
        route("/echo", silence, "DELETE"),
        route("/notifications", notifications, "GET"),
    ]
