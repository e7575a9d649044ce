import pytest

from workers.intercom import workspace
from workers.intercom.workspace import Me


def test_me_is_the_admin_and_the_workspace() -> None:
    found = {"type": "admin", "id": "991267459", "app": {"id_code": "q4mx81zt", "region": "US"}}

    assert workspace.me(found) == Me("991267459", "q4mx81zt", "US")


@pytest.mark.parametrize("app", [None, [], {}, {"id_code": 5, "region": None}])
def test_me_without_a_readable_workspace_is_still_the_admin(app: object) -> None:
    assert workspace.me({"id": "1", "app": app}) == Me("1", None, None)
