"""Names become ids, with as few calls as possible."""

import pytest

from workers.directory import Directory, UnknownTag
from workers.intercom.answers import Tag


class Workspace:
    """A list of tags that notes how often it was read."""

    def __init__(self, *names: str) -> None:
        self.tags = [Tag(str(number), name) for number, name in enumerate(names, start=1)]
        self.reads = 0
        self.created: list[str] = []

    async def list_tags(self) -> tuple[Tag, ...]:
        self.reads += 1
        return tuple(self.tags)

    async def create_tag(self, name: str) -> Tag:
        self.created.append(name)
        self.tags.append(Tag(str(len(self.tags) + 1), name))
        return self.tags[-1]


async def test_a_name_is_found_whatever_its_case_and_the_list_is_read_once() -> None:
    workspace, directory = Workspace("Billing/Refund", "VIP"), Directory(create=False)

    found = [await directory.find(name, workspace) for name in ("billing/refund", "vip", "VIP")]

    assert found == ["1", "2", "2"]
    assert workspace.reads == 1


async def test_a_missing_name_is_an_error_and_is_not_asked_for_again_at_once() -> None:
    workspace, directory = Workspace("vip"), Directory(create=False)

    for _ in range(3):
        with pytest.raises(UnknownTag):
            await directory.find("gold", workspace)

    assert workspace.reads == 1
    assert workspace.created == []


async def test_a_missing_name_is_looked_for_again_after_a_while() -> None:
    workspace, directory = Workspace("vip"), Directory(create=False, patience=0)
    with pytest.raises(UnknownTag):
        await directory.find("gold", workspace)
    await workspace.create_tag("gold")

    assert await directory.find("gold", workspace) == "2"


async def test_a_missing_tag_is_made_where_that_is_allowed() -> None:
    workspace, directory = Workspace("vip"), Directory(create=True)

    found = [await directory.find("gold", workspace) for _ in range(2)]

    assert found == ["2", "2"]
    assert workspace.created == ["gold"]


async def test_looking_up_makes_nothing() -> None:
    workspace, directory = Workspace("vip"), Directory(create=True)

    assert await directory.look_up("gold", workspace) is None
    assert workspace.created == []


async def test_an_old_list_is_read_anew() -> None:
    workspace, directory = Workspace("vip"), Directory(create=False, max_age=0)

    for _ in range(2):
        await directory.find("vip", workspace)

    assert workspace.reads == 2


async def test_a_forgotten_list_is_read_anew() -> None:
    workspace, directory = Workspace("vip"), Directory(create=False)
    await directory.find("vip", workspace)
    workspace.tags = [Tag("9", "vip")]

    directory.forget()

    assert await directory.find("vip", workspace) == "9"
