"""What can be read is read, whatever is wrong with the rest."""

from pathlib import Path

from cli.settings import survey
from state.settings import RedisSettings

WHOLE = {
    "REDIS_URL": "redis://redis.example.com",
    "AUTOTAGGER_APP_ID": "q4mx81zt",
    "AUTOTAGGER_CLIENT_SECRETS": "one,two",
    "AUTOTAGGER_ACCESS_TOKEN": "token",
    "AUTOTAGGER_ADMIN_ID": "991267",
}


def test_whole_settings_have_no_mistakes(tmp_path: Path) -> None:
    found = survey(WHOLE | {"AUTOTAGGER_RULES": str(tmp_path), "AUTOTAGGER_WINDOW": "5"})

    (space,) = found.workspaces
    assert (found.mistakes, found.redis_mistakes, space.mistakes) == ((), (), ())
    assert found.redis == RedisSettings(host="redis.example.com")
    assert (space.app_id, space.access_token, space.client_secrets) == ("q4mx81zt", "token", ("one", "two"))
    assert (space.base_url, space.rules, space.limits) == ("https://api.intercom.io", tmp_path, {"window": 5.0})


def test_each_mistake_is_told_where_it_belongs_and_leaves_the_rest() -> None:
    wrong = {"AUTOTAGGER_ADMIN_ID": "9 9", "AUTOTAGGER_LEASE": "no", "AUTOTAGGER_RULE": "x", "REDIS_URL": "http://x"}

    found = survey(WHOLE | wrong)

    (space,) = found.workspaces
    assert [line.split()[0] for line in space.mistakes] == ["AUTOTAGGER_ADMIN_ID", "AUTOTAGGER_RULES"]
    assert [line.split()[0] for line in found.redis_mistakes] == ["REDIS_URL"]
    assert [line.split()[0] for line in found.mistakes] == ["AUTOTAGGER_LEASE", "AUTOTAGGER_RULE"]
    assert (space.admin_id, space.access_token, found.redis, found.worker.lease) == (None, "token", None, 15.0)


def test_missing_client_secrets_are_no_mistake(tmp_path: Path) -> None:
    variables = {name: value for name, value in WHOLE.items() if name != "AUTOTAGGER_CLIENT_SECRETS"}

    (space,) = survey(variables | {"AUTOTAGGER_RULES": str(tmp_path)}).workspaces

    assert (space.client_secrets, space.mistakes) == (None, ())


def test_a_file_of_workspaces_that_is_not_there_is_a_mistake() -> None:
    found = survey({"REDIS_URL": "redis://redis.example.com", "AUTOTAGGER_WORKSPACES": "/nowhere.yaml"})

    assert found.workspaces == ()
    (mistake,) = found.mistakes
    assert mistake.startswith("AUTOTAGGER_WORKSPACES is ")


def test_secrets_do_not_show() -> None:
    shown = repr(survey(WHOLE | {"AUTOTAGGER_ACCESS_TOKEN": "s3cr3t", "AUTOTAGGER_CLIENT_SECRETS": "s3cr3t"}))

    assert "s3cr3t" not in shown
