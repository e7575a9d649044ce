"""One trace leads from the webhook to the tag call, over the processes; without OpenTelemetry nothing changes."""

import signal
from collections import Counter

from tests.e2e.collector import Collector, Span, collecting
from tests.e2e.house import APP_ID, House, at_home
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.redis_server import RedisServer
from tests.waiting import eventually


def quickly(collector: Collector) -> dict[str, str]:
    """OpenTelemetry's own variables: where to send to, and not to wait for more."""
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}


async def trace_receiver(house: House, variables: dict[str, str]) -> None:
    house.receiver_variables |= variables
    await house.restart_receiver(signal.SIGTERM)


def one(spans: list[Span], name: str) -> Span:
    (found,) = (span for span in spans if span.name == name)
    return found


async def test_one_trace_leads_from_the_webhook_to_the_tag_call(redis_server: RedisServer) -> None:
    with collecting() as collector:
        async with at_home(redis_server, variables=quickly(collector)) as house:
            await trace_receiver(house, quickly(collector))
            await house.know_tags()
            await house.seed("conversation", "7")
            await house.fault(kind="status", status=503, count=1, path="/conversations")
            sent = notification("conversation", "7", REFUND)

            await post(house, sent)
            await house.all_done()
            await eventually(lambda: Counter(span.name for span in collector.spans)["job"] == 2, timeout=15)
            await eventually(lambda: any(span.name == "webhook" for span in collector.spans), timeout=15)

        webhook = one(collector.spans, "webhook")
        jobs = [span for span in collector.spans if span.name == "job"]
        reads = [span for span in collector.spans if span.name == "intercom: find conversation"]
        assert {span.trace for span in collector.spans} == {webhook.trace}
        assert (webhook.service, webhook.parent) == ("autotagger-receiver", "")
        assert {(job.service, job.parent) for job in jobs} == {("autotagger-worker", webhook.id)}
        assert [(read.parent, read.failed) for read in reads] == [(jobs[0].id, "Unavailable"), (jobs[1].id, "")]
        assert one(collector.spans, "intercom: attach to conversation").parent == jobs[1].id
        assert [job.attributes["autotagger.outcome"] for job in jobs] == ["later", "done"]
        assert {job.attributes["autotagger.job"] for job in jobs} == {f"{APP_ID}:{sent['id']}"}
        assert one([span for span in collector.spans if span.parent == jobs[0].id], "decide").failed == ""
        assert [word for word in (b"refund", b"ada@example.com") if word in b"".join(collector.raw)] == []


async def test_a_collector_that_is_not_there_keeps_nobody_waiting(redis_server: RedisServer, free_port: int) -> None:
    nowhere = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port}", "OTEL_BSP_SCHEDULE_DELAY": "50"}
    async with at_home(redis_server, variables=nowhere) as house:
        await house.know_tags()
        await house.seed("conversation", "7")

        await post(house, notification("conversation", "7", REFUND))
        await house.all_done()

        assert await house.tags("conversation", "7") == {"billing/refund"}
        assert await house.end_worker(house.workers[0], signal.SIGTERM) == 0
