import asyncio
from typing import Any

import httpx
import pytest

from simulator.app import Simulator
from simulator.faults import Fault, Faults
from tests.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def arm(control: httpx.AsyncClient, **fault: Any) -> str:
    answer = await control.post("/faults", json=fault)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def tag_names(simulator: Simulator) -> list[str]:
    return [tag.name for tag in simulator.workspace.tags.values()]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "server_error"),
        (502, "server_error"),
        (401, "unauthorized"),
        (409, "conflict"),
        (418, "client_error"),
        (599, "server_error"),
    ],
)
async def test_a_status_comes_in_the_error_envelope(
    status: int, code: str, intercom: httpx.AsyncClient, control: httpx.AsyncClient, simulator: Simulator
) -> None:
    await arm(control, kind="status", status=status)

    answer = await intercom.post("/tags", json={"name": "lost"})

    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == code
    assert tag_names(simulator) == []


async def test_code_message_body_and_headers_can_be_told(
    intercom: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    await arm(control, kind="status", status=403, code="api_plan_restricted", message="Active subscription needed.")
    envelope = await intercom.get("/tags")
    await control.delete("/faults")
    await arm(control, kind="status", status=503, body="<h1>down</h1>", headers={"Retry-After": "7"})
    raw = await intercom.get("/tags")

    assert envelope.json()["errors"] == [{"code": "api_plan_restricted", "message": "Active subscription needed."}]
    assert (raw.text, raw.headers["retry-after"]) == ("<h1>down</h1>", "7")


@pytest.mark.parametrize(
    ("when", "names"), [pytest.param("before", [], id="before"), pytest.param("after", ["kept"], id="after")]
)
@pytest.mark.parametrize("kind", ["reset", "status", "garbage", "rate_limit"])
async def test_a_fault_strikes_before_or_after_applying(
    kind: str,
    when: str,
    names: list[str],
    intercom: httpx.AsyncClient,
    control: httpx.AsyncClient,
    simulator: Simulator,
) -> None:
    await arm(control, kind=kind, when=when)

    if kind == "reset":
        with pytest.raises(httpx.ReadError):
            await intercom.post("/tags", json={"name": "kept"})
    else:
        await intercom.post("/tags", json={"name": "kept"})

    (call,) = simulator.calls.since(0)
    assert tag_names(simulator) == names
    assert (call.applied, call.fault) == (bool(names), kind)


async def test_a_hang_lasts_until_the_caller_hangs_up(
    intercom: httpx.AsyncClient, control: httpx.AsyncClient, simulator: Simulator
) -> None:
    await arm(control, kind="hang", when="after")

    calling = asyncio.create_task(intercom.post("/tags", json={"name": "kept"}))
    await eventually(lambda: bool(simulator.calls.since(0)))
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)

    (call,) = simulator.calls.since(0)
    assert (call.status, call.applied, call.fault) == (None, True, "hang")
    assert tag_names(simulator) == ["kept"]


async def test_a_slow_answer_is_the_right_one(
    intercom: httpx.AsyncClient, control: httpx.AsyncClient, simulator: Simulator
) -> None:
    await arm(control, kind="slow", delay=0.02)

    answer = await intercom.post("/tags", json={"name": "kept"})

    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.02
    assert tag_names(simulator) == ["kept"]


@pytest.mark.parametrize(
    ("garbage", "beginning"),
    [
        pytest.param("html", b"<!DOCTYPE html>", id="html"),
        pytest.param("empty", b"", id="empty"),
        pytest.param("truncated", b'{"type":"tag",', id="truncated"),
        pytest.param("huge", b'"xxxxx', id="huge"),
    ],
)
async def test_garbage_comes_with_200(
    garbage: str, beginning: bytes, intercom: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    await arm(control, kind="garbage", garbage=garbage, size=2_000_000)

    answer = await intercom.get("/tags")

    assert answer.status_code == 200
    assert answer.content.startswith(beginning)
    assert len(answer.content) == 2_000_000 if garbage == "huge" else len(answer.content) < 200


async def test_an_answer_is_cut_off_in_the_middle(intercom: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    await arm(control, kind="garbage", garbage="cut")

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await intercom.get("/tags")


@pytest.mark.parametrize(
    ("limits", "remaining"),
    [
        pytest.param("real", "99999", id="real"),
        pytest.param("absent", None, id="absent"),
        pytest.param("absurd", "-17", id="absurd"),
    ],
)
async def test_a_429_on_demand_may_say_what_it_likes(
    limits: str, remaining: str | None, intercom: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    await arm(control, kind="rate_limit", limits=limits)

    answer = await intercom.get("/tags")

    assert answer.status_code == 429
    assert answer.json()["errors"][0]["code"] == "rate_limit_exceeded"
    assert answer.headers.get("x-ratelimit-remaining") == remaining


async def test_a_fault_is_spent_after_its_count(intercom: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    await arm(control, kind="status", status=503, count=2)

    statuses = [(await intercom.get("/tags")).status_code for _ in range(3)]
    (listed,) = (await control.get("/faults")).json()["faults"]

    assert statuses == [503, 503, 200]
    assert (listed["fired"], listed["left"], listed["fault"]["kind"]) == (2, 0, "status")


async def test_a_fault_only_concerns_its_method_and_path(
    intercom: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    await arm(control, kind="status", status=503, method="GET", path="/tags")

    statuses = [
        (await intercom.get("/tags/1")).status_code,
        (await intercom.post("/tags", json={"name": "a"})).status_code,
        (await intercom.get("/me")).status_code,
    ]

    assert statuses == [503, 200, 200]


async def test_faults_are_cleared_one_by_one_or_all(intercom: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    first = await arm(control, kind="status", status=501)
    await arm(control, kind="status", status=502)

    before = (await intercom.get("/tags")).status_code
    await control.delete(f"/faults/{first}")
    between = (await intercom.get("/tags")).status_code
    await control.delete("/faults")
    after = (await intercom.get("/tags")).status_code

    assert [before, between, after] == [501, 502, 200]


async def test_a_probable_fault_is_the_same_for_the_same_seed() -> None:
    def strikes(seed: int) -> list[bool]:
        faults = Faults()
        faults.add(Fault("status", probability=0.3, seed=seed))
        return [faults.strike("GET", "/tags") is not None for _ in range(200)]

    assert strikes(1) == strikes(1) != strikes(2)
    assert 30 <= sum(strikes(1)) <= 90


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "explosion"}, id="unknown kind"),
        pytest.param({"kind": "status", "status": 99}, id="no such status"),
        pytest.param({"kind": "status", "probability": 2}, id="more than certain"),
        pytest.param({"kind": "status", "counts": 1}, id="misspelt field"),
        pytest.param({}, id="nothing"),
    ],
)
async def test_a_nonsensical_fault_is_turned_down(fault: dict[str, Any], control: httpx.AsyncClient) -> None:
    answer = await control.post("/faults", json=fault)

    assert answer.status_code == 400
    assert answer.json()["error"]
