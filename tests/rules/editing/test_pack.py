from pathlib import Path

import pytest
import yaml

from rules.editing import pack
from rules.findings.finding import Findings
from rules.reading.loader import File, assemble, load, read_files

EXAMPLES = Path(__file__).parents[3] / "rules" / "examples"

CONTENTS = {
    "plain": "version: 1\nrules: []\n",
    "no line end": "version: 1",
    "two line ends": "a: b\n\n",
    "spaces in front": "  a: b\n",
    "an empty line in front": "\na: b\n",
    "empty lines inside": "a:\n\n\n  b\n",
    "spaces at the end": "a: b  \n  \nc: d\n",
    "a tab": "a: 'x\ty'\n",
    "windows line ends": "a: b\r\nc: d\r\n",
    "other line ends": "a: x\x85y\u2028z\n",
    "a byte order mark": "\ufeffa: b\n",
    "far characters": "a: 闪退 😀 \U0010fffd\n",
    "far characters in quotes": "a: 闪退\t😀\n",
    "quotes": "a: \"b\" 'c' \\ # d\n",
    "only white space": " \n",
    "nothing": "",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_a_file_comes_out_as_it_went_in(content: str) -> None:
    files = (File("rules/a.yaml", content.encode()), File("rules/b.yaml", b"x: y\n"))

    manifest = pack.manifest(pack.data(files, "rules", Findings()), "hash", "name", None)

    assert yaml.safe_load(manifest)["data"] == {"a.yaml": content, "b.yaml": "x: y\n"}


def test_a_nested_folder_and_its_config_map_are_the_same_rule_set() -> None:
    findings = Findings()
    rule_set = load(EXAMPLES).rule_set
    assert rule_set is not None

    packed = yaml.safe_load(
        pack.manifest(
            pack.data(read_files(EXAMPLES.parent / "examples", findings), str(EXAMPLES), findings),
            rule_set.hash,
            "autotagger-rules",
            "support",
        ),
    )

    flat = assemble((File(key, text.encode()) for key, text in packed["data"].items()), findings, "mounted").rule_set
    assert flat is not None
    assert flat.hash == rule_set.hash == packed["metadata"]["annotations"]["autotagger-rules-hash"]
    assert packed["kind"] == "ConfigMap"
    assert packed["metadata"]["namespace"] == "support"


def test_folders_become_part_of_the_key_in_one_order() -> None:
    files = [File(f"r/{name}", b"x: y\n") for name in ("z.yaml", "été/a b.yaml", "billing/a.yaml")]

    keys = list(pack.data(files, "r", Findings()))

    assert keys == ["-t---a-b.yaml", "billing--a.yaml", "z.yaml"]
    assert list(pack.data(reversed(files), "r", Findings())) == keys


def test_two_files_cannot_have_one_key() -> None:
    findings = Findings()

    pack.data([File("r/a/b.yaml", b""), File("r/a--b.yaml", b"")], "r", findings)

    assert [(found.file, found.code) for found in findings.sorted()] == [("r/a--b.yaml", "same-key")]


@pytest.mark.parametrize(("size", "codes"), [(1024 * 1024, []), (1024 * 1024 + 1, ["too-large-for-a-configmap"])])
def test_a_config_map_takes_a_mebibyte(size: int, codes: list[str]) -> None:
    findings = Findings()

    pack.data([File("r/a.yaml", "é".encode() * (size // 2)), File("r/b.yaml", b"x" * (size % 2))], "r", findings)

    assert [found.code for found in findings.sorted()] == codes
