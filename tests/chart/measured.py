"""The names under which the service's metrics are collected, and which of them a query asks for."""

import re

from prometheus_client import CollectorRegistry

from service.metrics import Metrics as ReceiverMetrics
from workers.metrics import Metrics as WorkerMetrics

_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def series() -> frozenset[str]:
    """Every name, of receivers and workers."""
    return frozenset((*_series(ReceiverMetrics().registry), *_series(WorkerMetrics().registry)))


def _series(registry: CollectorRegistry) -> set[str]:
    return {f"{metric.name}{suffix}" for metric in registry.collect() for suffix in _SUFFIXES[metric.type]}


def asked(query: str) -> frozenset[str]:
    """The names of ours in a query of Prometheus'."""
    without_texts = re.sub(r'"[^"]*"', '""', query)
    return frozenset(re.findall(r"\bautotagger_\w+", without_texts))
