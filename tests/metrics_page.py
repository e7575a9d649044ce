"""The page about metrics, from the code: `python -m tests.metrics_page` prints it, `make docs` writes it."""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from service.metrics import Metrics as ReceiverMetrics
from workers.metrics import Metrics as WorkerMetrics

HEAD: Final = """# Metrics

Receivers and workers serve Prometheus metrics at `/metrics` on their operations port.
`make docs` writes this page from the code.

What one process counts is added up over all of them: `sum(rate(autotagger_jobs_total[5m])) by (outcome)`.
Most gauges are of the whole fleet, and each process that has one tells the same.
Of those take `max`, never `sum`, which would grow with every replica.
The last column says which.
Counters whose labels are known beforehand begin at 0, so that `rate` and `increase` see the first of everything.
These are all outcomes of webhooks and jobs, circuits, and what each of the first 1,000 rules of a workspace does.
Where Redis does not answer, gauges of the fleet are gone or no number rather than old.

No metric has an id of a person, an object or an event, nor anything that a customer wrote.
"""

LABELS: Final = {
    "action": "`add` or `remove`",
    "app_id": "the workspace",
    "field": "the rules' name of a field",
    "hash": "the rule set's",
    "key": "the first characters of the hash of a client secret, as the log shows them",
    "kind": "of an object: `conversation`, `ticket`, `contact`, `company`; of a process: `receiver`, `worker`",
    "mode": "`live`, `shadow` or `off`",
    "operation": "what was asked of Intercom",
    "outcome": "what became of it",
    "owner": "of a rule, as its file says",
    "python": "its version",
    "read": "what was asked for",
    "reason": "why, in one of a few fixed texts",
    "rule": "the rule's id",
    "source": "`call`, `cache`, or `shared`: a call that another job was just making",
    "status": "HTTP's, 0 without an answer",
    "topic": "Intercom's; `other` for those that are not known, empty where nobody could read it",
    "version": "autotagger's",
    "circuit": "what is behind it: `host`, `workspace`, `admin` or `calls`",
    "change": "`opened` or `closed`",
    "state": "`ready` to be taken, `running`, or `deferred` until their time",
}

_SUFFIX: Final = {"counter": "_total"}
_OVER_ALL: Final = {"counter": "sum", "histogram": "sum", "gauge": "max"}
_OWN: Final = {"_info": "each its own", "_last_reload_successful": "min"}


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            HEAD,
            *_section("Receiver", ReceiverMetrics().registry),
            *_section("Worker", WorkerMetrics().registry),
            *_labels(),
        ]
    )


def metrics(registry: CollectorRegistry) -> list[MetricWrapperBase]:
    """All metrics of a registry, by name."""
    found = [one for one in registry._collector_to_names if isinstance(one, MetricWrapperBase)]
    return sorted(found, key=lambda one: one._name)


def full_name(metric: MetricWrapperBase) -> str:
    """As it is scraped; of a histogram without `_bucket`, `_sum` and `_count`."""
    return str(metric._name) + _SUFFIX.get(str(metric._type), "")


def _section(title: str, registry: CollectorRegistry) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| metric | type | labels | means | over all |"
    yield "|---|---|---|---|---|"
    for metric in metrics(registry):
        labels = ", ".join(f"`{label}`" for label in metric._labelnames)
        over_all = next((how for end, how in _OWN.items() if metric._name.endswith(end)), _OVER_ALL[str(metric._type)])
        yield f"| `{full_name(metric)}` | {metric._type} | {labels} | {metric._documentation} | {over_all} |"
    yield ""


def _labels() -> Iterator[str]:
    used = {
        label
        for registry in (ReceiverMetrics().registry, WorkerMetrics().registry)
        for metric in metrics(registry)
        for label in metric._labelnames
    }
    yield "## Labels\n"
    yield "| label | is |"
    yield "|---|---|"
    for label in sorted(used):
        yield f"| `{label}` | {LABELS[label]} |"
    yield ""


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - that is what it is for
