"""What Intercom refuses, or that it does not answer: the circuits that are open."""

from collections.abc import Iterator

from cli.status.amounts import length
from cli.status.trouble import Trouble
from state.circuit import Standing
from state.status import Status


def of_circuits(found: Status) -> Iterator[Trouble]:
    """A trouble for each, the one that opened first before the others."""
    for circuit in found.circuits:
        yield _trouble(found, circuit)


def _trouble(found: Status, circuit: Standing) -> Trouble:
    kind, _, rest = circuit.scope.partition(":")
    of = rest.partition(":")[2]
    text = f"{what(circuit)}, for {length(found.now - circuit.since)}: {circuit.reason}"
    alone = len(found.workspaces) == 1
    match kind:
        case "host":
            remedy = "jobs wait at no cost, and go on by themselves when it does"
            return Trouble("working", text, "Intercom does not answer", remedy)
        case "workspace":
            remedy = "jobs wait at no cost; give the workers a good token: autotagger doctor"
            return Trouble("working" if alone else "look", text, "Intercom refuses the access token", remedy)
        case "admin":
            remedy = "jobs in that name wait at no cost; name another admin: autotagger doctor"
            return Trouble("look", text, f"Intercom refuses admin {of}", remedy)
        case _:
            remedy = "jobs that need it wait at no cost; give the app that permission in the Developer Hub"
            return Trouble("look", text, f'Intercom does not allow "{of}"', remedy)


def what(circuit: Standing) -> str:
    """What is wrong, for people."""
    kind, _, rest = circuit.scope.partition(":")
    app_id, _, of = rest.partition(":")
    match kind:
        case "host":
            return f"Intercom does not answer at {rest}"
        case "workspace":
            return f"workspace {rest}: Intercom refuses the access token"
        case "admin":
            return f"workspace {app_id}: Intercom refuses admin {of}"
        case _:
            return f'workspace {app_id}: Intercom does not allow "{of}"'


def line(found: Status, circuit: Standing) -> str:
    """A circuit among the figures."""
    wait = f"tried again in {length(circuit.next_probe)}" if circuit.state == "open" else "being tried now"
    return f"{circuit.scope}, for {length(found.now - circuit.since)}, {wait}"
