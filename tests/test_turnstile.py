"""A test marked `alone` is alone."""

import subprocess
import sys
from pathlib import Path

from tests.turnstile import room

ENTER = """
import sys
from pathlib import Path
from tests.turnstile import room

with room(Path(sys.argv[1]), alone=sys.argv[2] == "alone"):
    print("inside", flush=True)
    sys.stdin.read()
"""


def _enter(folder: Path, how: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", ENTER, str(folder), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_many_share_the_room(tmp_path: Path) -> None:
    with room(tmp_path, alone=False), _enter(tmp_path, "shared") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "inside\n"
        other.communicate()


def test_one_alone_enters_when_the_others_have_left_and_keeps_new_ones_out(tmp_path: Path) -> None:
    order = []
    with _enter(tmp_path, "shared") as first:
        assert first.stdout is not None
        first.stdout.readline()
        with _enter(tmp_path, "alone") as alone:
            assert alone.stdout is not None
            order.append("first leaves")
            first.communicate()
            order.append(alone.stdout.readline().strip())
            with _enter(tmp_path, "shared") as late:
                assert late.stdout is not None
                order.append("alone leaves")
                alone.communicate()
                order.append(late.stdout.readline().strip())
                late.communicate()

    assert order == ["first leaves", "inside", "alone leaves", "inside"]
