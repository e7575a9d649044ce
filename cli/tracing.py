"""Traces through OpenTelemetry, where that is installed (`pip install autotagger[otel]`) and told where to send them.

Its own variables say where and how: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from state.processes import version
from state.tracing import OFF, Kind, Span, Tracer, Value

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as TheirSpan

log = logging.getLogger(__name__)

WHERE = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PATIENCE = 3.0
"""Seconds that the end of a process waits for its last spans to be taken."""


@contextlib.asynccontextmanager
async def tracing(process: Literal["receiver", "worker"]) -> AsyncIterator[Tracer]:
    """The tracer of a process, as the environment wants it; what it has not sent yet is sent at the end."""
    if not any(os.environ.get(name) for name in WHERE) or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        yield OFF
        return
    try:
        provider = _provider(process)
    except ImportError:
        remedy = "pip install 'autotagger[otel]', or build the image with EXTRAS=otel"
        log.warning("traces are asked for, and cannot be made: %s", remedy)
        yield OFF
        return
    try:
        yield OpenTelemetry(provider)
    finally:
        await _end(provider)


async def _end(provider: "TracerProvider") -> None:
    """Send what is left, if somebody takes it soon: the library would wait half a minute for a collector that is away.

    In a thread that the process does not wait for either.
    """
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:
        provider.shutdown()
        with contextlib.suppress(RuntimeError):  # by then the loop may be gone
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=end, daemon=True).start()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await ended.wait()


def _provider(process: str) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    name = os.environ.get("OTEL_SERVICE_NAME") or f"autotagger-{process}"
    resource = Resource.create({SERVICE_NAME: name, SERVICE_VERSION: version()})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


class OpenTelemetry:
    """A tracer that is on."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.trace import SpanKind  # noqa: PLC0415 - an extra
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        self._tracer = provider.get_tracer("autotagger", version())
        self._propagator = TraceContextTextMapPropagator()
        self._kinds = {kind.name.lower(): kind for kind in SpanKind}

    @contextlib.contextmanager
    def span(self, name: str, kind: Kind = "internal", *, within: Mapping[str, str] | None = None) -> Iterator[Span]:
        """See `Tracer`."""
        # An error's words may be the customer's, so that the library is not to record any.
        with self._tracer.start_as_current_span(
            name,
            context=self._context(within),
            kind=self._kinds[kind],
            record_exception=False,
            set_status_on_exception=False,
        ) as theirs:
            try:
                yield _Told(theirs)
            except BaseException as error:
                _fail(theirs, type(error).__name__)
                raise

    def context(self) -> dict[str, str] | None:
        """See `Tracer`."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier or None

    def _context(self, within: Mapping[str, str] | None) -> "Context | None":
        return self._propagator.extract(within) if within else None


class _Told:
    """A span of the library's."""

    def __init__(self, theirs: "TheirSpan") -> None:
        self._theirs = theirs

    def tell(self, **attributes: Value) -> None:
        """Under our own name, which nobody else's attributes begin with."""
        for name, value in attributes.items():
            self._theirs.set_attribute(f"autotagger.{name}", value)


def _fail(theirs: "TheirSpan", kind: str) -> None:
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - an extra

    theirs.set_status(Status(StatusCode.ERROR, kind))
