import json
from collections import Counter
from typing import Any

import httpx
import pytest

from simulator.app import Simulator
from simulator.stories.play import expected_end_state, invent
from simulator.stories.runs import Run, find, written
from simulator.webhooks.sender import Sender
from simulator.workspace.tags import Applied
from tests.simulator.webhook import Webhook
from tests.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOW = 1_795_355_110


async def finished(control: httpx.AsyncClient) -> Any:
    """The only run, once it is done."""

    async def done() -> Any:
        (run,) = (await control.get("/deliveries")).json()["runs"]
        return run if run["done"] else None

    return await eventually(done)


async def test_a_run_sends_every_story_and_its_duplicates(control: httpx.AsyncClient, webhook: Webhook) -> None:
    started = (await control.post("/send", json={"url": webhook.url, "events": 60, "seed": 5})).json()
    run = await finished(control)

    assert started["run"] == run["run"] == "1"
    assert started["expected"] == run["expected"]
    assert (run["events"], run["outcomes"]) == (60, {"acked": started["sendings"]})
    assert len(webhook.received) == len(run["deliveries"]) == started["sendings"] > 60
    assert all(delivery["answered_in"] > 0 for delivery in run["deliveries"])


async def test_duplicates_are_exact(control: httpx.AsyncClient, webhook: Webhook) -> None:
    await control.post("/send", json={"url": webhook.url, "events": 40, "seed": 5, "duplicates": 1})
    await finished(control)

    bodies = Counter(received.body for received in webhook.received)
    ids = {json.loads(body)["id"] for body in bodies} - {None}
    assert all(times % 2 == 0 for times in bodies.values())
    assert len(ids) == sum(json.loads(body)["id"] is not None for body in bodies)


async def test_objects_are_known_before_their_stories_arrive(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/send", json={"url": webhook.url, "events": 40, "seed": 5})
    run = await finished(control)

    kinds = {"conversation": "conversations", "ticket": "tickets", "contact": "contacts"}
    for name in run["expected"]:
        kind, object_id = name.split(":")
        assert (await intercom.get(f"/{kinds[kind]}/{object_id}")).json()["id"] == object_id


async def test_notified_tags_are_those_of_the_simulated_state(control: httpx.AsyncClient, webhook: Webhook) -> None:
    await control.post("/send", json={"url": webhook.url, "events": 60, "seed": 5})
    await finished(control)
    state = (await control.get("/state")).json()["conversations"]

    shown = [json.loads(received.body)["data"]["item"] for received in webhook.received]
    tagged = [item for item in shown if item.get("tags", {}).get("tags")]
    assert tagged
    for item in tagged:
        assert [tag["id"] for tag in item["tags"]["tags"]] == [tag["id"] for tag in state[item["id"]]["tags"]]


async def test_differences_name_what_is_missing_and_unwanted(simulator: Simulator, webhook: Webhook) -> None:
    play = invent(80, seed=5, now=NOW, app_id="q4mx81zt")
    async with Sender(webhook.url, "test-client-secret") as sender:
        run = Run(play, sender, simulator.workspace, now=NOW)

        found = {difference["object"]: difference for difference in run.differences()}

    start = {placed.about: frozenset(placed.tags) for placed in play.placed}
    for about, wanted in expected_end_state(play).items():
        begun = start.get(about, frozenset())
        missing, unwanted = sorted(wanted - begun), sorted(begun - wanted)
        difference = found.pop(written(about), {"missing": [], "unwanted": []})
        assert (difference["missing"], difference["unwanted"]) == (missing, unwanted)
    assert found == {}


async def test_no_difference_is_left_once_the_tags_are_right(simulator: Simulator, webhook: Webhook) -> None:
    play = invent(80, seed=5, now=NOW, app_id="q4mx81zt")
    async with Sender(webhook.url, "test-client-secret") as sender:
        run = Run(play, sender, simulator.workspace, now=NOW)
        before = run.differences()

        for about, names in expected_end_state(play).items():
            tagged = find(simulator.workspace, about)
            assert tagged is not None
            tagged.tags.clear()
            for name in names:
                tag, _ = simulator.workspace.find_or_create_tag(name)
                simulator.workspace.attach(tagged, tag.id, Applied(NOW, "5017001"))

        assert before
        assert run.differences() == []


async def test_failed_deliveries_are_told(control: httpx.AsyncClient, webhook: Webhook) -> None:
    webhook.statuses.extend([500] * 2_000)

    await control.post("/send", json={"url": webhook.url, "events": 10, "time_scale": 0.0001, "timeout": 5})
    run = await finished(control)

    assert run["outcomes"] == {"failed": run["sendings"]}
    assert all([attempt["status"] for attempt in delivery["attempts"]] == [500, 500] for delivery in run["deliveries"])


async def test_one_run_can_be_asked_for_in_brief(control: httpx.AsyncClient, webhook: Webhook) -> None:
    await control.post("/send", json={"url": webhook.url, "events": 5, "seed": 1})
    second = (await control.post("/send", json={"url": webhook.url, "events": 5, "seed": 2})).json()["run"]

    (brief,) = (await control.get("/deliveries", params={"run": second, "brief": "yes"})).json()["runs"]

    assert set(brief) == {"run", "done", "events", "sendings", "outcomes", "differences"}
    assert brief["run"] == second


async def test_a_reset_stops_a_run(control: httpx.AsyncClient, webhook: Webhook) -> None:
    await control.post("/send", json={"url": webhook.url, "events": 1_000, "rate": 10})
    await eventually(lambda: bool(webhook.received))

    await control.post("/reset")

    assert (await control.get("/deliveries")).json() == {"runs": []}
    assert len(webhook.received) < 100
