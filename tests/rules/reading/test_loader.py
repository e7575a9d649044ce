import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.findings.finding import MOST_PER_FILE, Findings
from rules.reading import loader
from rules.reading.document import LARGEST, MOST_NODES
from rules.reading.loader import File, assemble, load
from tests.rules.sets import TAGS, findings, loaded, rule

RULES = rule("{message.text: {mentions_any: [refund]}}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tags.yaml").write_text(TAGS)
    (tmp_path / "rules.yml").write_text(RULES)
    return tmp_path


def codes(folder: Path) -> list[tuple[str, str]]:
    skipped = {"no-examples", "unused-tag"}
    return [(Path(finding.file).name, finding.code) for finding in load(folder).findings if finding.code not in skipped]


def test_every_file_in_the_folder_and_below_it_is_read_in_order_of_name(folder: Path) -> None:
    below = folder / "below" / "deep"
    below.mkdir(parents=True)
    (below / "more.yaml").write_text(RULES.replace("a-rule", "b-rule"))

    made = load(folder)

    assert made.rule_set is not None
    assert [rule.id for rule in made.rule_set.rules] == ["b-rule", "a-rule"]
    assert (made.rules, made.files) == (2, 2)
    assert made.rule_set.tags == ("billing/refund", "billing/invoice", "vip")


def test_a_config_map_as_kubernetes_mounts_it_is_read_once(folder: Path) -> None:
    data = folder / "..2026_09_02"
    data.mkdir()
    (folder / "rules.yml").rename(data / "rules.yml")
    (folder / "..data").symlink_to(data.name)
    (folder / "rules.yml").symlink_to("..data/rules.yml")
    (folder / ".hidden.yaml").write_text("nonsense")

    made = load(folder)

    assert made.rule_set is not None
    assert len(made.rule_set.rules) == 1


def test_the_same_content_under_other_names_has_the_same_hash(folder: Path) -> None:
    before = load(folder).rule_set
    (folder / "below").mkdir()
    (folder / "rules.yml").rename(folder / "below" / "other.yaml")

    after = load(folder).rule_set

    assert before is not None
    assert after is not None
    assert before.hash == after.hash
    assert len(before.hash) == 12


def test_other_content_has_another_hash(folder: Path) -> None:
    before = load(folder).rule_set
    (folder / "rules.yml").write_text(RULES + "# a comment\n")

    after = load(folder).rule_set

    assert before is not None
    assert after is not None
    assert before.hash != after.hash


def test_anything_else_in_the_folder_is_told(folder: Path) -> None:
    (folder / "README.md").write_text("hello")
    (folder / "fine.yaml").mkdir()
    (folder / "gone.yaml").symlink_to("nowhere.yaml")
    (folder / "loop").symlink_to(".")

    found = codes(folder)

    assert ("README.md", "not-a-rule-file") in found
    assert ("gone.yaml", "unreadable") in found


def test_links_that_lead_back_are_followed_once(folder: Path) -> None:
    below = folder / "below"
    below.mkdir()
    (below / "up").symlink_to(folder)
    (folder / "self").symlink_to(".")
    (folder / "other").symlink_to(below)

    assert codes(folder) == [("up", "unreadable"), ("up", "unreadable"), ("self", "unreadable")]


def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    (folder / "zero.yaml").symlink_to("/dev/zero")

    assert codes(folder) == [("pipe.yaml", "unreadable"), ("zero.yaml", "unreadable")]


@pytest.mark.parametrize(
    "name", ["a\nb.yaml", "a\x1b[31m.yaml", "a\u202eb.yaml", os.fsdecode(b"a\xff.yaml")], ids=ascii
)
def test_a_name_that_cannot_be_shown_is_refused(name: str, folder: Path) -> None:
    (folder / name).write_text(RULES.replace("a-rule", "b-rule"))

    (found,) = (finding for finding in load(folder).findings if finding.code == "unreadable")

    assert found.file.isprintable()
    assert "\ufffd" in found.file


def test_more_than_anybody_needs_is_not_read(folder: Path) -> None:
    (folder / "rules.yml").unlink()
    for number in range(loader.LARGEST // LARGEST + 2):
        with (folder / f"{number}.yaml").open("wb") as opened:
            opened.truncate(LARGEST)

    assert (folder.name, "too-large") in codes(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(folder: Path) -> None:
    (folder / "rules.yml").chmod(0)
    (folder / "closed").mkdir(mode=0)

    assert codes(folder) == [("closed", "unreadable"), ("rules.yml", "unreadable")]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere") == [("nowhere", "unreadable"), ("nowhere", "no-tags-file")]


def test_there_is_exactly_one_tags_file(folder: Path) -> None:
    (folder / "z.yaml").write_text(TAGS)
    assert codes(folder) == [("z.yaml", "two-tags-files")]

    (folder / "z.yaml").unlink()
    (folder / "tags.yaml").unlink()
    assert codes(folder) == [(folder.name, "no-tags-file")]


def test_a_tags_file_that_cannot_be_read_is_not_missing_too(folder: Path) -> None:
    (folder / "tags.yaml").write_text("version: 1\ntags: {vip\n")

    assert codes(folder) == [("tags.yaml", "yaml-syntax")]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        (r'"x\u202ey": A tag', "bidi-override"),
        (r'"\e[31m": A tag', "control-character"),
        (r'"x\0": A tag', "control-character"),
        (r'"x\ny": A tag', "control-character"),
        (r'x: "\u2066A tag"', "bidi-override"),
        (r'x: "\aA tag"', "control-character"),
    ],
)
def test_what_hides_behind_an_escape_is_refused_in_names_and_descriptions(tag: str, code: str, folder: Path) -> None:
    (folder / "tags.yaml").write_text(f"{TAGS}  {tag}\n")

    assert codes(folder) == [("tags.yaml", code)]


def test_a_description_may_have_several_lines(folder: Path) -> None:
    (folder / "tags.yaml").write_text(f"{TAGS}  x: |\n    A tag\n    of two lines\n")

    assert codes(folder) == []


def test_a_very_large_file_is_not_read(folder: Path) -> None:
    (folder / "rules.yml").write_bytes(b"#" * (LARGEST + 1000))

    assert codes(folder) == [("rules.yml", "too-large")]
    (finding,) = load(folder).findings
    assert finding.message == "this file has more than 8,388,608 bytes, which is the most that is read"


def test_all_findings_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "rules.yml").write_text("version: 1\nrules: [")
    (folder / "other.yaml").write_text(RULES.replace("vip", "pvi"))

    assert codes(folder) == [("other.yaml", "unknown-tag"), ("rules.yml", "yaml-syntax")]


def test_ids_differ_over_all_files(folder: Path) -> None:
    (folder / "other.yaml").write_text(RULES)

    (found,) = (finding for finding in load(folder).findings if finding.code == "duplicate-id")

    assert found.file == str(folder / "rules.yml")
    assert found.message == f'rule id "a-rule" is already used at {folder / "other.yaml"}:3'


def test_a_name_in_two_shared_files_is_told(folder: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text("version: 1\nlists: {words: [refund]}\n")
    (folder / "rules.yml").write_text(rule("{message.text: {mentions_any: $words}}"))

    assert codes(folder) == [("b.yaml", "duplicate-key")]


def test_of_very_many_findings_the_first_are_told() -> None:
    found = findings("version: 1\nrules:\n" + "- {}\n" * 1000)

    assert len(found) == MOST_PER_FILE + 1
    assert "too-many" in {finding.code for finding in found}


def test_very_many_warnings_are_no_error() -> None:
    many = "".join(
        f"- {{id: r-{number}, if: {{message.text: {{exists: yes}}}}, then: {{add: vip}}}}\n" for number in range(300)
    )

    made = loaded(f"version: 1\nrules:\n{many}")

    assert made.rule_set is not None
    assert {finding.severity for finding in made.findings} == {"warning", "info"}


@pytest.mark.parametrize(
    ("tags", "code", "line"),
    [
        pytest.param("version: 1\ntags: {'': x}\n", "bad-tag", 2, id="no name"),
        pytest.param(f"version: 1\ntags: {{{'x' * 256}: x}}\n", "bad-tag", 2, id="a very long name"),
        pytest.param("version: 1\ntags:\n  VIP: x\n  vip: y\n", "duplicate-key", 4, id="only the case differs"),
        pytest.param("version: 1\ntags:\n  vip:\n", "no-description", 3, id="no description"),
        pytest.param("version: 1\ntags:\n  vip: [a]\n", "wrong-shape", 3, id="a list for a description"),
        pytest.param("version: 1\ntags: [vip]\n", "wrong-shape", 2, id="a list for a block"),
        pytest.param("version: 1\ntags: {vip: x}\nrules: []\n", "unknown-key", 3, id="rules among the tags"),
    ],
)
def test_the_tags_file_is_checked(tags: str, code: str, line: int) -> None:
    found = [finding for finding in loaded(RULES, tags=tags).findings if finding.file == "tags.yaml"]

    assert [(finding.code, finding.line) for finding in found] == [(code, line)]


def test_a_tag_that_no_rule_uses_is_worth_knowing() -> None:
    unused = [finding for finding in loaded(RULES).findings if finding.code == "unused-tag"]

    assert [(finding.line, finding.severity) for finding in unused] == [(4, "info"), (5, "info")]


PIECES = ["version: 1\n", "rules:\n", "- id: a\n", "  if: ", "{message.text: ", "{mentions_any: [", "x*", "]}}", "\n"]
noise = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=80).map(str.encode),
    st.lists(st.sampled_from([*PIECES, "&a ", "*a", "!!x ", "\t", "'", '"', "- ", ": ", "$x", "use: ", "then: "])).map(
        lambda pieces: "".join(pieces).encode(),
    ),
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(noise, max_size=3))
def test_no_bytes_whatever_raise(contents: list[bytes]) -> None:
    files = [File(f"{number}.yaml", content) for number, content in enumerate(contents)]

    made = assemble((*files, File("tags.yaml", TAGS.encode())), Findings(), "folder")

    assert (made.rule_set is None) is any(finding.severity == "error" for finding in made.findings)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_to_a_good_file_raises(data: st.DataObject) -> None:
    good = Path(__file__).parents[3] / "rules" / "examples" / "billing.yaml"
    content = bytearray(good.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    made = assemble((File("x.yaml", bytes(content)), File("tags.yaml", TAGS.encode())), Findings(), "folder")

    assert all(finding.line >= 1 and finding.column >= 1 for finding in made.findings)


def test_a_file_of_a_great_many_small_pieces_is_not_read_to_its_end() -> None:
    found = findings(f"version: 1\nlists:\n  a: [{'x,' * MOST_NODES}]\nrules: []\n")

    assert [finding.code for finding in found] == ["too-many"]


def test_names_are_compared_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.findings.finding.MOST_COMPARED", 2 * 3)
    unknown = "".join(f"- {{id: r{at}, if: {{conversation.open: yes}}, then: {{add: vpi}}}}\n" for at in range(5))

    found = findings(f"version: 1\nrules:\n{unknown}")

    suggested = [finding.suggestion for finding in found if finding.code == "unknown-tag"]
    assert suggested == ["vip", "vip", None, None, None]
