"""The dashboard asks Prometheus for what there is, of one namespace, and shows it side by side."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

from tests.chart import measured
from tests.chart.promtool import check
from tests.chart.reference import CHART

DASHBOARD = json.loads((CHART / "files" / "dashboard.json").read_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]


def queries(part: Any) -> list[str]:
    """Every query in it, wherever it stands."""
    if isinstance(part, list):
        return [query for one in part for query in queries(one)]
    if not isinstance(part, dict):
        return []
    here = [part[key] for key in ("expr", "query") if isinstance(part.get(key), str)]
    return here + [query for one in part.values() for query in queries(one)]


def in_row(title: str) -> str:
    """All queries of the panels below that row, as one text."""
    below = itertools.dropwhile(lambda panel: panel["title"] != title, PANELS)
    found = itertools.takewhile(lambda panel: panel["type"] != "row", itertools.islice(below, 1, None))
    return "\n".join(queries(list(found)))


def test_it_asks_for_what_there_is() -> None:
    names = {name for query in queries(DASHBOARD) for name in measured.asked(query)}

    assert len(names) > 2
    assert names - measured.series() == set()


def test_every_panel_asks_and_only_about_the_chosen_namespace() -> None:
    for panel in PANELS:
        asked = [target["expr"] for target in panel.get("targets", [])]
        assert bool(asked) == (panel["type"] != "row"), panel["title"]
        for query in asked:
            everywhere = re.findall(r'\bautotagger_\w+(?!\w|{namespace="\$namespace"[,}])', query)
            assert everywhere == [], panel["title"]


def test_prometheus_can_read_its_queries(tmp_path: Path) -> None:
    asked = [target["expr"] for panel in PANELS for target in panel.get("targets", [])]

    check([re.sub(r"\$__(rate_interval|range)", "5m", query) for query in asked], tmp_path)


def test_each_row_shows_what_it_is_there_for() -> None:
    rows = [panel["title"] for panel in PANELS if panel["type"] == "row"]

    assert rows == ["Webhooks", "Queue", "Tags", "Intercom", "Redis and processes"]
    for title, wanted in {
        "Webhooks": ("webhooks_received_total", "webhook_answer_seconds_bucket", "webhooks_verified_total"),
        "Queue": ("queue_jobs", "queue_oldest_seconds", "jobs_total"),
        "Tags": ("tag_changes_total", "tags_removed_by_people_total", "event_to_tag_seconds_bucket"),
        "Intercom": (
            *("intercom_calls_total", "intercom_window_calls", "intercom_window_limit"),
            *("intercom_slot_wait_seconds_bucket", "circuits_open"),
        ),
        "Redis and processes": ("redis_memory_ratio", "redis_durable", "processes", "dead_letters", "build_info"),
    }.items():
        assert {f"autotagger_{name}" for name in wanted} <= measured.asked(in_row(title))


def test_gauges_of_the_fleet_are_not_added_up_over_receivers() -> None:
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
    fleet = set(re.findall(r"^\| `(\w+)` \|.*\| max \|$", page, re.MULTILINE))

    assert len(fleet) > 10
    for query in queries(DASHBOARD):
        for name in measured.asked(query) & fleet:
            assert re.search(rf"\bmax( by \([\w, ]+\))? \(?{name}\b", query) or f"max({name}{{" in query, query


def test_no_panel_lies_on_another() -> None:
    taken: set[tuple[int, int]] = set()
    for place in (panel["gridPos"] for panel in PANELS):
        columns = range(place["x"], place["x"] + place["w"])
        cells = set(itertools.product(columns, range(place["y"], place["y"] + place["h"])))
        assert max(columns) < 24
        assert not cells & taken
        taken |= cells

    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
