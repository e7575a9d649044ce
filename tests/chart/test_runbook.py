"""Every alert has its page, every page its alert, and what a page says to type is there."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from cli.main import main
from tests.chart import measured
from tests.chart.promtool import check
from tests.chart.reference import CHART, SCHEMA, values
from tests.chart.runbook import FOLDER, page

ALERTS = [
    rule["alert"]
    for group in yaml.safe_load((CHART / "files" / "alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
]
METRICS = FOLDER.parent / "metrics.md"
PAGES = sorted(FOLDER.glob("*.md"))
IDS = [path.stem for path in PAGES]


def code(path: Path) -> list[str]:
    """What stands in a page as code: its spans, and the lines of its blocks."""
    text = path.read_text()
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE))
    return [line.strip() for block in blocks for line in block.splitlines()] + spans


def test_each_alert_has_a_page_and_each_page_an_alert() -> None:
    assert {path.name for path in PAGES} == {page(alert) for alert in ALERTS} | {"README.md"}


@pytest.mark.parametrize("alert", ALERTS)
def test_a_page_says_what_it_means_where_to_look_and_what_to_do(alert: str) -> None:
    lines = (FOLDER / page(alert)).read_text().splitlines()

    assert [line for line in lines if line.startswith("#")] == [
        f"# {alert}",
        "## What it means",
        "## Look here",
        "## Do this",
    ]
    assert f"| [{alert}]({page(alert)}) | " in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_the_commands_of_a_page_are_there(path: Path) -> None:
    typed = [line.partition(" -- ")[2] if line.startswith("kubectl exec") else line for line in code(path)]
    commands = [shlex.split(line) for line in typed if line.startswith("autotagger ")]

    for _, *words in commands:
        parse(main, words)


def test_in_a_pod_somebody_can_answer_what_a_command_asks() -> None:
    executed = [line for path in PAGES for line in code(path) if line.startswith("kubectl exec")]

    assert executed
    assert [line for line in executed if not {"--stdin", "--tty"} <= set(shlex.split(line))] == []


def parse(command: click.Command, words: list[str]) -> None:
    """Read a command line as click does, and do nothing. Raises click.UsageError for one that it would not take."""
    context = command.make_context(command.name, list(words))
    if isinstance(command, click.Group):
        _, found, rest = command.resolve_command(context, list(words))
        assert found is not None
        parse(found, rest)


@pytest.mark.parametrize("wrong", ["autotagger stat", "autotagger dead list --since-when 1d", "autotagger undo --rule"])
def test_a_command_that_is_not_there_would_be_noticed(wrong: str) -> None:
    with pytest.raises(click.UsageError):
        parse(main, shlex.split(wrong)[1:])


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_the_metrics_of_a_page_are_there(path: Path) -> None:
    assert measured.asked(path.read_text()) - measured.series() == set()


def test_prometheus_can_read_the_queries_of_all_pages(tmp_path: Path) -> None:
    queries = [line for path in PAGES for line in code(path) if measured.asked(line)]

    assert len(queries) > len(ALERTS)
    check(queries, tmp_path)


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_what_every_receiver_tells_alike_is_not_added_up(path: Path) -> None:
    fleet = set(re.findall(r"^\| `(\w+)` \|.*\| max \|$", METRICS.read_text(), re.MULTILINE))
    asked = [(line, name) for line in code(path) for name in measured.asked(line) & fleet]

    assert len(fleet) > 10
    assert [line for line, name in asked if not re.search(rf"\bmax( by \([\w, ]+\) )?\({name}\b", line)] == []


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_the_values_of_a_page_are_there(path: Path) -> None:
    workspace = json.loads(SCHEMA.read_text())["$defs"]["workspace"]["properties"]
    known = {value.name for value in values()} | {f"workspaces.<app_id>.{key}" for key in workspace}

    named = {one for one in code(path) if re.fullmatch(r"[a-z]\w*(\.[\w<>]+)+", one)}
    assert named - known == set()


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_the_links_of_a_page_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", path.read_text())

    assert [link for link in links if not (path.parent / link).exists()] == []
