import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rules.reading.watch import Watch
from tests.config_map import mount
from tests.rules.sets import TAGS, facts, rule

REFUND = rule("{message.text: {mentions_any: [refund]}}", name="refund")
INVOICE = rule("{message.text: {mentions_any: [invoice]}}", name="invoice")
OTHER = rule("{message.text: {mentions_any: [other]}}", name="other")
BROKEN = rule("{mesage.text: {mentions_any: [refund]}}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tags.yaml").write_text(TAGS)
    (tmp_path / "rules.yaml").write_text(REFUND)
    return tmp_path


def ids(watch: Watch) -> list[str]:
    running = watch.state.running
    return [rule.id for rule in running.rules] if running else []


def test_the_first_look_loads(folder: Path) -> None:
    watch = Watch(folder)

    assert watch.state.running is None
    assert not watch.state.last_reload_successful
    assert watch.look()
    assert ids(watch) == ["refund"]
    assert watch.state.last_reload_successful


def test_what_has_not_changed_is_not_loaded_again(folder: Path) -> None:
    watch = Watch(folder)
    watch.look()
    before = watch.state

    shutil.copy(folder / "rules.yaml", folder / "other")
    (folder / "other").replace(folder / "renamed.yaml")
    (folder / "rules.yaml").unlink()

    assert not watch.look()
    assert watch.state is before


def test_a_change_is_noticed(folder: Path) -> None:
    watch = Watch(folder)
    watch.look()

    (folder / "rules.yaml").write_text(INVOICE)

    assert watch.look()
    assert ids(watch) == ["invoice"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(BROKEN.encode(), id="an unknown field"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"", id="empty"),
        pytest.param(b"a: [", id="no YAML"),
    ],
)
def test_a_broken_folder_is_told_and_what_ran_goes_on(folder: Path, content: bytes) -> None:
    watch = Watch(folder)
    watch.look()
    good = watch.state.running

    (folder / "rules.yaml").write_bytes(content)

    assert watch.look()
    assert watch.state.running is good
    assert watch.state.rejected is not None
    assert watch.state.rejected.hash != (good.hash if good else "")
    assert any(found.severity == "error" for found in watch.state.rejected.findings)
    assert not watch.state.last_reload_successful
    assert not watch.look()


def test_what_is_mended_runs(folder: Path) -> None:
    watch = Watch(folder)
    (folder / "rules.yaml").write_text(BROKEN)
    watch.look()
    assert ids(watch) == []

    (folder / "rules.yaml").write_text(REFUND)

    assert watch.look()
    assert ids(watch) == ["refund"]
    assert watch.state.last_reload_successful


def test_going_back_to_what_runs_loads_nothing_new(folder: Path) -> None:
    watch = Watch(folder)
    watch.look()
    good = watch.state.running
    (folder / "rules.yaml").write_text(BROKEN)
    watch.look()

    (folder / "rules.yaml").write_text(REFUND)

    assert watch.look()
    assert watch.state.running is good
    assert watch.state.rejected is None


def test_a_folder_that_goes_is_rejected_and_one_that_comes_back_is_no_news(folder: Path) -> None:
    watch = Watch(folder)
    watch.look()
    folder.rename(folder.with_name("gone"))

    assert watch.look()
    assert ids(watch) == ["refund"]
    assert not watch.state.last_reload_successful

    folder.with_name("gone").rename(folder)
    assert watch.look()
    assert watch.state.last_reload_successful


def test_a_config_map_that_is_swapped_is_noticed(tmp_path: Path) -> None:
    mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": REFUND}, "..2026_09_01")
    watch = Watch(tmp_path)
    watch.look()
    assert ids(watch) == ["refund"]

    mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": INVOICE}, "..2026_09_02")
    shutil.rmtree(tmp_path / "..2026_09_01")

    assert watch.look()
    assert ids(watch) == ["invoice"]
    assert watch.state.running is not None
    assert len(watch.state.running.rules) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"rules.yaml": REFUND}, {"rules.yaml": INVOICE, "more.yaml": OTHER}, id="a file more"),
        pytest.param({"rules.yaml": REFUND, "more.yaml": OTHER}, {"rules.yaml": INVOICE}, id="a file less"),
    ],
)
def test_a_config_map_is_whole_before_the_links_to_its_files_are(
    tmp_path: Path, before: dict[str, str], after: dict[str, str]
) -> None:
    mount(tmp_path, {"tags.yaml": TAGS, **before}, "..2026_09_01")
    mount(tmp_path / "elsewhere", {"tags.yaml": TAGS, **after}, "..2026_09_02")
    watch = Watch(tmp_path)
    watch.look()

    # Where the kubelet is just after its swap: each file that stays is new, and its link to one that is new is not
    # there yet, nor is that gone to one that is.
    (tmp_path / "elsewhere" / "..2026_09_02").rename(tmp_path / "..2026_09_02")
    shutil.rmtree(tmp_path / "elsewhere")
    (tmp_path / "..data_tmp").symlink_to("..2026_09_02")
    (tmp_path / "..data_tmp").replace(tmp_path / "..data")

    assert watch.look()
    assert sorted(ids(watch)) == sorted({"rules.yaml": "invoice", "more.yaml": "other"}[name] for name in after)
    assert watch.state.last_reload_successful


def test_a_finding_in_a_config_map_names_the_file_as_it_is_mounted(tmp_path: Path) -> None:
    mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": BROKEN}, "..2026_09_01")

    watch = Watch(tmp_path)
    watch.look()

    assert watch.state.rejected is not None
    assert {found.file for found in watch.state.rejected.findings} == {f"{tmp_path}/rules.yaml"}


def test_a_config_map_swapped_for_the_same_is_no_news(tmp_path: Path) -> None:
    mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": REFUND}, "..2026_09_01")
    watch = Watch(tmp_path)
    watch.look()

    mount(tmp_path, {"tags.yaml": TAGS, "rules.yaml": REFUND}, "..2026_09_02")

    assert not watch.look()


def test_a_folder_that_changes_while_it_is_read_is_left_for_the_next_look(folder: Path) -> None:
    class Swapped(Watch):
        """Its folder changes between the two times that it is read."""

        def _read(self):  # type: ignore[no-untyped-def] # noqa: ANN202 - that of the class above
            read = super()._read()
            (folder / "rules.yaml").write_text(INVOICE)
            return read

    watch = Swapped(folder)

    assert not watch.look()
    assert watch.state.running is None
    assert watch.look()
    assert ids(watch) == ["invoice"]


def test_events_are_evaluated_by_one_set_or_the_other_while_sets_are_swapped(folder: Path) -> None:
    watch = Watch(folder)
    watch.look()
    event = facts({"message.text": "a refund and an invoice"})

    def decide(_: int) -> str:
        running = watch.state.running
        assert running is not None
        (match,) = running.decide(event).matches
        return match.rule

    with ThreadPoolExecutor(4) as threads:
        decided = [threads.submit(decide, number) for number in range(200)]
        for text in (INVOICE, BROKEN, REFUND, INVOICE):
            (folder / "rules.yaml").write_text(text)
            watch.look()
        found = {one.result() for one in decided}

    assert found <= {"refund", "invoice"}
    assert ids(watch) == ["invoice"]
