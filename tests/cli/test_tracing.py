"""Traces are made only where somebody asks for them and can have them."""

import logging
import sys

import pytest

from cli.tracing import OpenTelemetry, tracing
from state.tracing import OFF

WHERE = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (WHERE, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)


async def test_nobody_is_traced_unless_told_where_to_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # A module that is None cannot be imported.
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    async with tracing("receiver") as tracer:
        assert tracer is OFF
        assert tracer.context() is None
        with tracer.span("webhook", "server") as span:
            span.tell(topic="ping")


async def test_without_the_extra_that_is_told_and_all_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(WHERE, "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with caplog.at_level(logging.WARNING):
        async with tracing("worker") as tracer:
            assert tracer is OFF

    assert "pip install 'autotagger[otel]'" in caplog.text


async def test_opentelemetry_s_own_switch_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WHERE, "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")

    async with tracing("worker") as tracer:
        assert tracer is OFF


async def test_a_trace_goes_on_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WHERE, "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")

    async with tracing("receiver") as one, tracing("worker") as other:
        with one.span("webhook", "server"):
            carried = one.context()
        assert carried is not None
        with other.span("job", "consumer", within=carried):
            within = other.context()

        assert isinstance(one, OpenTelemetry)
        assert one.context() is None
        assert within is not None
        # Version, trace, span, flags: https://www.w3.org/TR/trace-context/#traceparent-header
        assert within["traceparent"].split("-")[1] == carried["traceparent"].split("-")[1]
