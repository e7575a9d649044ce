"""The manual promises nothing that is not so: its files load, its examples pass, its commands say what it shows.

After a change of wording: `.venv/bin/python -m tests.rules.test_manual`, and read the difference.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import click
import pytest
import yaml

from cli.main import main
from rules.language import fields
from rules.language.operators import OPERATORS
from rules.reading.loader import Loaded
from rules.reading.rule_file import RULE_KEYS
from rules.trying import trial
from tests.rules.sets import loaded
from tests.rules.test_faulty import ELSEWHERE, SAMPLES

PATH = Path(__file__).parents[2] / "rules" / "README.md"
MANUAL = PATH.read_text(encoding="utf-8")

FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"# (\S+\.yaml)\n")
CODE_BLOCKS = [(language, dedent(body)) for _, language, body in FENCE.findall(MANUAL)]
FILES = {named[1]: body for _, body in CODE_BLOCKS if (named := NAMED.match(body))}
WORKFLOW = ".github/workflows/rules.yaml"
WRONG = {"mistyped/billing.yaml", "failing/billing.yaml"}
"""Files that show what a mistake looks like."""

PIECES = [body for language, body in CODE_BLOCKS if language == "yaml" and not (NAMED.match(body) or "\ntags:" in body)]
BLOCKS = [*PIECES, *(text for name, text in FILES.items() if name not in {*WRONG, WORKFLOW} and "\nrules:" in text)]
TAGS = next(body for language, body in CODE_BLOCKS if language == "yaml" and "\n  triage/unsorted:" in body)
SESSIONS = [body for language, body in CODE_BLOCKS if language == "console"]
COMMANDS = [
    *re.findall(r"^(?:\$ |\s*- run: |\s*)(autotagger .*)$", "\n".join(body for _, body in CODE_BLOCKS), re.MULTILINE),
    *re.findall(r"`(autotagger [^`]*)`", MANUAL),
]


def whole(block: str) -> str:
    """A piece of the manual as the file that it is a piece of."""
    if block.startswith("if:"):
        block = "rules:\n  - id: a-rule\n    then: {add: [urgent/p1]}\n" + _indented(block)
    if block.startswith("examples:"):
        condition = "    if: {message.text: {contains_any: [invoice, vat, voice]}}\n"
        block = "rules:\n  - id: a-rule\n    then: {add: [urgent/p1]}\n" + condition + _indented(block)
    return block if re.search(r"^version: 1\b", block, re.MULTILINE) else f"version: 1\n{block}"


def _indented(block: str) -> str:
    return "".join(f"    {line}\n" for line in block.splitlines())


def made(block: str) -> Loaded:
    return loaded(whole(block), tags=TAGS)


def headed(block: str) -> str:
    return block.splitlines()[0][:40]


@pytest.mark.parametrize("block", BLOCKS, ids=headed)
def test_every_piece_of_the_manual_loads(block: str) -> None:
    told = {"no-examples", "unused-tag", "costly-field", "negative-on-optional", "self-untrigger"}

    assert [finding for finding in made(block).findings if finding.code not in told] == []


@pytest.mark.parametrize("block", BLOCKS, ids=headed)
def test_every_example_in_the_manual_comes_out_as_it_says(block: str) -> None:
    rule_set = made(block).rule_set
    assert rule_set is not None

    failed = [trial.failure(outcome) for outcome in trial.trials(rule_set) if not outcome.as_expected]

    assert [
        trial.as_text(one) for one in failed if "contains_any ['invoice', 'vat', 'voice']" not in str(one.notes)
    ] == []


@pytest.mark.parametrize("row", re.findall(r"^\| `\w+` \| `([a-z_.]+: \{.*\})` \|", MANUAL, re.MULTILINE))
def test_every_example_of_an_operator_is_one(row: str) -> None:
    windows = "windows:\n  support_hours: {timezone: UTC, open: [{days: mon-fri, from: 09:00, to: 18:00}]}\n"
    rule = f"rules:\n- id: a\n  if: {{{row}}}\n  then: {{add: [vip]}}\n"

    found = loaded(f"version: 1\n{windows if 'support_hours' in row else ''}{rule}", tags=TAGS).findings

    assert [finding for finding in found if finding.severity == "error"] == []


def test_there_is_an_example_of_every_operator_and_modifier() -> None:
    told = re.findall(r"^\| `(\w+)` \| `[a-z_.]+: \{.*?\b(\w+): ", MANUAL, re.MULTILINE)

    assert sorted(name for name, _ in told) == sorted([*OPERATORS, "exact_case"])
    assert all(name in {shown, "exact_case"} for name, shown in told)


def test_the_manual_names_every_operator_and_every_key() -> None:
    assert [name for name in (*OPERATORS, *RULE_KEYS) if f"`{name}" not in MANUAL] == []


def test_the_manual_names_every_group_of_fields() -> None:
    assert [field.path for field in fields.table() if f"`{field.group}.…`" not in MANUAL] == []


def test_the_manual_names_every_code() -> None:
    codes = ELSEWHERE | {sample.stem.partition(".")[0] for sample in SAMPLES} - {"wide"}

    assert sorted(code for code in codes if f"`{code}`" not in MANUAL) == []


def test_every_link_leads_to_a_heading() -> None:
    headings = {
        re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", MANUAL, re.MULTILINE)
    }

    assert [link for link in re.findall(r"\]\(#([^)]*)\)", MANUAL) if link not in headings] == []


@pytest.mark.parametrize("line", sorted(set(COMMANDS)))
def test_every_command_in_the_manual_exists(line: str) -> None:
    command: click.Command = main
    words = shlex.split(re.split(r" [|>]| #|\|\|", line)[0])[1:]
    context = click.Context(main)
    while words and isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, line
        command = found

    known = {"--help", "-h", *(option for parameter in command.params for option in parameter.opts)}
    assert [word for word in words if word.startswith("-") and word not in known] == []


def write_files(folder: Path) -> Path:
    """The files that the manual tells its reader to make."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def said(session: str, folder: Path) -> str:
    """A session with what its commands really say."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    told = ""
    for line in re.findall(r"^\$ (.*)$", session, re.MULTILINE):
        ended = subprocess.run(  # noqa: S602 - the manual's own lines
            line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        told += f"$ {line}\n{ended.stdout}{ended.stderr}"
    return told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(tmp_path_factory.mktemp("manual"))


@pytest.mark.parametrize("session", SESSIONS, ids=headed)
def test_the_manual_shows_what_the_commands_really_say(session: str, folder: Path) -> None:
    assert said(session, folder) == session


def test_the_workflow_for_pull_requests_is_one() -> None:
    workflow = yaml.load(FILES[WORKFLOW], yaml.BaseLoader)  # noqa: S506 - texts only

    steps = workflow["jobs"]["rules"]["steps"]
    assert workflow["on"] == {"pull_request": {"paths": ["rules/**"]}}
    assert [next(iter(step)) for step in steps] == ["uses"] * 3 + ["run"] * 5 + ["name"]
    asked = [line for step in steps for line in step.get("run", "").splitlines() if line.startswith("autotagger")]
    assert [line.split()[2] for line in asked] == ["check", "test", "prove", "fmt", "diff"]


if __name__ == "__main__":
    with TemporaryDirectory() as made_in:
        write_files(Path(made_in))
        for shown in SESSIONS:
            MANUAL = MANUAL.replace(shown, said(shown, Path(made_in)))
    PATH.write_text(MANUAL, encoding="utf-8")
