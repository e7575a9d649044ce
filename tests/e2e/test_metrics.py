"""What is scraped after a known workload is exactly what happened, in the form that Prometheus wants."""

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cli.fleet import Program
from tests.e2e.house import House, at_home
from tests.e2e.test_webhook_to_tag import notification, post
from tests.redis_server import RedisServer
from tests.service.receiver import SECRET, signature
from tests.waiting import eventually

RULES = """version: 1
rules:
  - id: refund
    if: {message.text: {mentions_any: [refund]}}
    then: {add: [vip]}
  - id: quiet
    mode: shadow
    if: {message.text: {mentions_any: [refund]}}
    then: {add: [psst]}
  - id: ghost
    if: {message.text: {mentions_any: [boo]}}
    then: {add: [ghost]}
"""
TAGS = "version: 1\ntags: {vip: Important, psst: Quiet, ghost: Nobody has seen it}\n"

CALLS = "autotagger_intercom_calls_total"
CHANGES = "autotagger_tag_changes_total"
RECEIVED = "autotagger_webhooks_received_total"
REPLIED = "conversation.user.replied"


async def scrape(program: Program) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{program.urls[-1]}/metrics")).text


def counted(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """All counters above 0, and how often each histogram has observed something, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.value and (family.type == "counter" or sample.name.endswith("_count"))
    }


def begun(text: str) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """All counters, whatever they count, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items()))
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if family.type == "counter"
    }


def counts(name: str, value: float = 1, **labels: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {(name, frozenset(labels.items())): value}


async def refuse(house: House, body: bytes, secret: str) -> int:
    headers = {"Content-Type": "application/json", "X-Hub-Signature": signature(body, secret)}
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.post(house.webhook, content=body, headers=headers)).status_code


async def work_off(house: House) -> None:
    """The known workload."""
    vip = await house.tag_id("vip")
    for number in "123":
        await house.seed("conversation", number)
    first = notification("conversation", "1", "<p>A refund, please</p>")
    for sent in (first, first, notification("conversation", "2", "<p>How are you?</p>")):
        assert await post(house, sent) == 200
    await house.all_done()
    assert await post(house, notification("conversation", "3", "<p>Boo!</p>")) == 200
    assert await post(house, first | {"topic": "ping", "id": None, "data": {"item": {"type": "ping"}}}) == 200
    assert await refuse(house, b"{}", "another secret") == 401
    assert await refuse(house, b"no JSON", SECRET) == 400
    await eventually(house.letters, timeout=20)
    await person_takes_off(house, "1", vip)
    later = notification("conversation", "1", "<p>A refund, please!</p>") | {"created_at": int(time.time()) + 60}
    assert await post(house, later) == 200
    await house.all_done()


async def person_takes_off(house: House, conversation: str, tag_id: str) -> None:
    headers = {"Authorization": "Bearer test-token", "Intercom-Version": "2.10"}
    answer = await house.simulator.request(
        "DELETE", f"/conversations/{conversation}/tags/{tag_id}", headers=headers, json={"admin_id": "5017001"}
    )
    answer.raise_for_status()


async def test_a_scrape_tells_exactly_what_happened(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "tags.yaml").write_text(TAGS)
    async with at_home(redis_server, variables={"AUTOTAGGER_RULES": str(tmp_path)}) as house:
        known = begun(await scrape(house.receiver)) | begun(await scrape(house.workers[0]))
        await work_off(house)

        receiver, worker = await scrape(house.receiver), await scrape(house.workers[0])

        found = counted(receiver)
        assert {key: found[key] for key in found if key[0] != "autotagger_webhooks_verified_total"} == {
            **counts(RECEIVED, 4, topic=REPLIED, outcome="stored"),
            **counts(RECEIVED, topic=REPLIED, outcome="duplicate"),
            **counts(RECEIVED, topic="ping", outcome="ping"),
            **counts(RECEIVED, topic="", outcome="bad signature"),
            **counts(RECEIVED, topic="", outcome="malformed"),
            **counts("autotagger_webhook_answer_seconds_count", 8),
        }
        assert [found[key] for key in found if key[0] == "autotagger_webhooks_verified_total"] == [7]
        assert counted(worker) == {
            **counts("autotagger_jobs_total", 3, outcome="done", reason=""),
            **counts("autotagger_jobs_total", outcome="dead", reason="unknown tag"),
            **counts("autotagger_decisions_total", 2, rule="refund", mode="live"),
            **counts("autotagger_decisions_total", 2, rule="quiet", mode="shadow"),
            **counts("autotagger_decisions_total", rule="ghost", mode="live"),
            **counts(CHANGES, rule="refund", action="add", outcome="made"),
            **counts(CHANGES, rule="refund", action="add", outcome="vetoed"),
            **counts(CHANGES, 2, rule="quiet", action="add", outcome="shadow"),
            **counts(CHANGES, rule="ghost", action="add", outcome="failed"),
            **counts("autotagger_tags_removed_by_people_total", rule="refund"),
            **counts(CALLS, operation="list tags", status="200"),
            **counts(CALLS, operation="attach to conversation", status="200"),
            **counts("autotagger_intercom_slot_wait_seconds_count", 2),
            **counts("autotagger_evaluation_seconds_count", 4),
            **counts("autotagger_event_to_tag_seconds_count"),
        }
        # Prometheus sees no increase in what begins above 0: that is only what nobody needs to be told of at once.
        assert {(name, dict(labels).get("outcome")) for name, labels in (begun(receiver) | begun(worker)) - known} <= {
            (CALLS, None),
            (CHANGES, "vetoed"),
            (CHANGES, "shadow"),
            (CHANGES, "failed"),
        }
        await eventually(lambda: tells_of_the_fleet(house), timeout=15)
        assert_clean(receiver, worker)


async def tells_of_the_fleet(house: House) -> bool:
    values: dict[str, Any] = {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(await scrape(house.receiver))
        for sample in family.samples
    }
    return (
        values["autotagger_dead_letters"] == 1
        and values.get("autotagger_processesworker") == values.get("autotagger_processesreceiver") == 1
        and values.get("autotagger_last_webhook_timestamp_secondsq4mx81zt", 0) > 0
        and values.get("autotagger_intercom_window_limitq4mx81zt", 0) > 0
    )


def assert_clean(*scrapes: str) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("no promtool here: it comes with Debian's package prometheus")
    for scraped in scrapes:
        checked = subprocess.run(
            ["promtool", "check", "metrics"], input=scraped, capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
