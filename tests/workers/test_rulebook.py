"""Changed rules are at work within moments; broken ones never are."""

from pathlib import Path

import pytest

from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.office import APP_ID, RULES, Office, at_work
from workers.rulebook import BrokenRules, open_rulebooks
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


def test_no_worker_starts_with_broken_rules(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "tags.yaml").write_text("version: 1\ntags: [\n")

    with pytest.raises(BrokenRules) as broken:
        open_rulebooks(settings(redis_server, tmp_path))

    assert broken.value.findings


def settings(redis_server: RedisServer, folder: Path) -> WorkerSettings:
    workspace = Workspace(APP_ID, "http://127.0.0.1:9", "test-token", "5017001", folder)
    return WorkerSettings(redis_server.settings, (workspace,))
