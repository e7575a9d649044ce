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
    app_id, _, what = rest.partition(":")
    ago = f"for {length(found.now - circuit.since)}: {circuit.reason}"
    alone = len(found.workspaces) == 1
    match kind:
        case "host":
            text = f"Intercom does not answer at {rest}, {ago}"
            remedy = "jobs wait at no cost, and go on by themselves when it does"
            return Trouble("working", text, "Intercom does not answer", remedy)
        case "workspace":
            text = f"workspace {rest}: Intercom refuses the access token, {ago}"
            remedy = "jobs wait at no cost; give the workers a good token: autotagger doctor"
            return Trouble("working" if alone else "look", text, "Intercom refuses the access token", remedy)
        case "admin":
            text = f"workspace {app_id}: Intercom refuses admin {what}, {ago}"
            remedy = "jobs in that name wait at no cost; name another admin: autotagger doctor"
            return Trouble("look", text, f"Intercom refuses admin {what}", remedy)
        case _:
            text = f'workspace {app_id}: Intercom does not allow "{what}", {ago}'
            remedy = "jobs that need it wait at no cost; give the app that permission in the Developer Hub"
            return Trouble("look", text, f'Intercom does not allow "{what}"', remedy)


def line(found: Status, circuit: Standing) -> str:
    """A circuit among the figures."""
    wait = f"tried again in {length(circuit.next_probe)}" if circuit.state == "open" else "being tried now"
    return f"{circuit.scope}, for {length(found.now - circuit.since)}, {wait}"
