"""Changed rules are at work within moments; broken ones never are."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.reading.watch import Watch
from state import keys
from state.tasks import end
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.office import APP_ID, RULES, TAGS, Office, at_work
from workers.metrics import Metrics
from workers.rulebook import Rulebook, keep_reading, open_rulebooks, shown, unevaluated
from workers.settings import WorkerSettings, Workspace


def gauge(office: Office, name: str, **labels: str) -> float | None:
    return office.metrics.registry.get_sample_value(name, {"app_id": APP_ID, **labels})


async def test_a_changed_rule_decides_the_next_event(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules_interval=0.02) as office:
        await eventually(lambda: gauge(office, "autotagger_rules_last_reload_successful") == 1)
        office.place("conversation", "7")
        (tmp_path / "rules.yaml").write_text(RULES.replace("[furious]", "[livid]"))
        changed = open_rulebooks(settings(redis_server, tmp_path))[APP_ID].state.running
        assert changed is not None

        await eventually(lambda: gauge(office, "autotagger_rules_info", hash=changed.hash) == 1)
        await office.say("conversation", "7", "I am livid")
        await office.done()

        assert office.tags("conversation", "7") == {"angry"}
        (entry,) = await office.feed()
        assert entry.rule_set == changed.hash


async def test_every_rule_at_work_is_a_series_with_its_owner_and_mode(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    def ruled(*rules: str) -> str:
        return "\n".join(("version: 1", "owner: support-ops", "rules:", *rules, ""))

    def rule(name: str, *more: str) -> str:
        return (
            f"- {{{', '.join((f'id: {name}', *more, 'if: {message.text: {mentions_any: [x]}}', 'then: {add: vip}'))}}}"
        )

    first = ruled(rule("one"), rule("two", "owner: 'Ada\n\n  and others'", "mode: shadow"))
    async with at_work(redis_server.settings, tmp_path, rules=first, rules_interval=0.02) as office:
        one = {"rule": "one", "owner": "support-ops", "mode": "live"}
        two = {"rule": "two", "owner": "Ada and others", "mode": "shadow"}
        await eventually(lambda: gauge(office, "autotagger_rule_info", **one) == 1)
        assert gauge(office, "autotagger_rule_info", **two) == 1

        (tmp_path / "rules.yaml").write_text(
            ruled(rule("one", "mode: disabled"), *(rule(f"r-{n}") for n in range(1_200)))
        )

        await eventually(lambda: gauge(office, "autotagger_rule_info", **one | {"mode": "disabled"}) == 1)
        assert gauge(office, "autotagger_rule_info", **one) is None
        assert gauge(office, "autotagger_rule_info", **two) is None
        assert gauge(office, "autotagger_rule_info", rule="r-998", owner="support-ops", mode="live") == 1
        assert gauge(office, "autotagger_rule_info", rule="r-999", owner="support-ops", mode="live") is None


async def test_what_a_rule_does_is_counted_from_0_as_soon_as_it_is_at_work(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules_interval=0.02) as office:
        count = office.metrics.registry.get_sample_value
        new = "  - {id: new, if: {message.text: {mentions_any: [x]}}, then: {add: vip}}\n"
        (tmp_path / "rules.yaml").write_text(RULES + new)

        await eventually(lambda: count("autotagger_decisions_total", {"rule": "new", "mode": "live"}) == 0)

        assert count("autotagger_tag_changes_total", {"rule": "new", "action": "add", "outcome": "made"}) == 0
        assert count("autotagger_tags_removed_by_people_total", {"rule": "new"}) == 0
        assert count("autotagger_tag_changes_total", {"rule": "new", "action": "remove", "outcome": "made"}) is None


async def test_a_dead_letter_says_whom_to_ask(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rules = RULES.replace("- id: refund\n", "- id: refund\n    owner: billing-ops\n")
    async with at_work(redis_server.settings, tmp_path, rules=rules, missing=("refund", "angry")) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "refund, I am furious")
        await office.done()

        await eventually(lambda: any("is a dead letter" in record.getMessage() for record in caplog.records))

    (line,) = [record.getMessage() for record in caplog.records if "is a dead letter" in record.getMessage()]
    assert line.endswith("(rules refund of billing-ops, angry)")


async def test_broken_rules_leave_the_old_ones_at_work_and_are_told(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules_interval=0.02) as office:
        office.place("conversation", "7")
        (tmp_path / "rules.yaml").write_text(RULES.replace("message.text", "mesage.text"))

        await eventually(lambda: gauge(office, "autotagger_rules_last_reload_successful") == 0)
        await office.say("conversation", "7", "refund")
        await office.done()

        assert office.tags("conversation", "7") == {"refund"}
        assert any("mesage.text" in record.getMessage() for record in caplog.records)
        (tmp_path / "rules.yaml").write_text(RULES)
        await eventually(lambda: gauge(office, "autotagger_rules_last_reload_successful") == 1)


async def test_a_look_that_fails_is_told_and_not_the_last_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Stumbling(Watch):
        """Its look raises for as long as there is a file of that name."""

        def look(self) -> bool:
            if (tmp_path / "stumble").exists():
                raise RecursionError("a mistake of ours")
            return super().look()

    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "tags.yaml").write_text(TAGS)
    (tmp_path / "folder" / "rules.yaml").write_text(RULES)
    rulebook, metrics = Rulebook(Stumbling(tmp_path / "folder")), Metrics()
    rulebook.look()

    def successful() -> float | None:
        return metrics.registry.get_sample_value("autotagger_rules_last_reload_successful", {"app_id": APP_ID})

    reading = asyncio.create_task(keep_reading({APP_ID: rulebook}, metrics, every=0.01))
    await eventually(lambda: successful() == 1)
    (tmp_path / "stumble").touch()
    await eventually(lambda: successful() == 0)
    (tmp_path / "folder" / "rules.yaml").write_text(RULES.replace("[furious]", "[livid]"))
    before = rulebook.state.running
    (tmp_path / "stumble").unlink()
    await eventually(lambda: rulebook.state.running is not before)
    await eventually(lambda: successful() == 1)
    await end([reading])

    assert any("cannot be looked at, and stay as they were" in record.getMessage() for record in caplog.records)


async def test_without_rules_no_job_is_taken_and_none_is_spent(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    broken = RULES.replace("message.text", "mesage.text")
    async with at_work(redis_server.settings, tmp_path, rules=broken, rules_interval=0.02) as office:
        office.place("conversation", "7")
        job_id = await office.say("conversation", "7", "refund")
        (tmp_path / "rules.yaml").write_text(broken + "# still\n")

        await eventually(lambda: any("nothing is evaluated" in record.getMessage() for record in caplog.records))
        assert gauge(office, "autotagger_rules_last_reload_successful") == 0
        assert not await office.redis.exists(keys.LEASE + job_id, keys.TRIES + job_id)
        (tmp_path / "rules.yaml").write_text(RULES)
        await office.done()

        assert office.tags("conversation", "7") == {"refund"}
        assert await office.letters() == ()
        assert office.count("autotagger_jobs_total", outcome="done", reason="") == 1
        assert gauge(office, "autotagger_rules_last_reload_successful") == 1


def test_what_is_at_work_and_what_was_rejected_is_shown(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "tags.yaml").write_text(TAGS)
    (tmp_path / "rules.yaml").write_text(RULES)
    before = datetime.now(UTC)
    rulebooks = open_rulebooks(settings(redis_server, tmp_path))

    good = shown(rulebooks)[APP_ID]
    (tmp_path / "rules.yaml").write_text("version: 1\nrules: [{id: a, if: {mesage.text: x}, then: {add: [vip]}}]\n")
    rulebooks[APP_ID].look()
    broken = shown(rulebooks)[APP_ID]

    assert (good["rejected"], good["last_reload_successful"]) == (None, True)
    assert good["running"]["rules"] == RULES.count("- id:")
    assert before <= datetime.fromisoformat(good["running"]["since"]) <= datetime.now(UTC)
    # What runs is still the same, and has been since.
    assert (broken["running"], broken["last_reload_successful"]) == (good["running"], False)
    assert broken["rejected"]["hash"] != good["running"]["hash"]
    (finding,) = [one for one in broken["rejected"]["findings"] if one["severity"] == "error"]
    assert (finding["file"], finding["line"], finding["column"]) == (f"{tmp_path}/rules.yaml", 2, 22)
    assert (finding["code"], finding["suggestion"]) == ("unknown-field", "message.text")


def test_the_reason_is_one_line_a_workspace(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "tags.yaml").write_text("version: 2\ntags: {vip: Important}\n")

    rulebooks = open_rulebooks(settings(redis_server, tmp_path))

    why = f'{tmp_path}/tags.yaml:1:10: version 1 is the only one there is, not "2"'
    assert unevaluated(rulebooks) == {APP_ID: why}


def test_a_folder_that_changes_all_the_time_is_a_reason_too(tmp_path: Path) -> None:
    assert unevaluated({APP_ID: Rulebook(Watch(tmp_path))}) == {APP_ID: "the folder of its rules is just being changed"}


def settings(redis_server: RedisServer, folder: Path) -> WorkerSettings:
    workspace = Workspace(APP_ID, "http://127.0.0.1:9", "test-token", "5017001", folder)
    return WorkerSettings(redis_server.settings, (workspace,))
