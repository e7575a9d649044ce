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


class Memory:
    """Remembers in this process."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    async def known(self) -> dict[str, str]:
        return dict(self.ids)

    async def keep(self, name: str, tag_id: str) -> None:
        self.ids[name] = tag_id


async def test_a_name_is_found_whatever_its_case_and_the_list_is_read_once() -> None:
    workspace, directory = Workspace("Billing/Refund", "VIP"), Directory(Memory(), create=False)

    found = [await directory.find(name, workspace) for name in ("billing/refund", "vip", "VIP")]

    assert found == ["1", "2", "2"]
    assert workspace.reads == 1


async def test_a_missing_name_is_an_error_and_is_not_asked_for_again_at_once() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=False)

    for _ in range(3):
        with pytest.raises(UnknownTag):
            await directory.find("gold", workspace)

    assert workspace.reads == 1
    assert workspace.created == []


async def test_a_missing_name_is_looked_for_again_after_a_while() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=False, patience=0)
    with pytest.raises(UnknownTag):
        await directory.find("gold", workspace)
    await workspace.create_tag("gold")

    assert await directory.find("gold", workspace) == "2"


async def test_a_missing_tag_is_made_where_that_is_allowed() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=True)

    found = [await directory.find("gold", workspace) for _ in range(2)]

    assert found == ["2", "2"]
    assert workspace.created == ["gold"]


async def test_looking_up_makes_nothing() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=True)

    assert await directory.look_up("gold", workspace) is None
    assert workspace.created == []


async def test_an_old_list_is_read_anew() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=False, max_age=0)

    for _ in range(2):
        await directory.find("vip", workspace)

    assert workspace.reads == 2


async def test_a_forgotten_list_is_read_anew() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=False)
    await directory.find("vip", workspace)
    workspace.tags = [Tag("9", "vip")]

    directory.forget()

    assert await directory.find("vip", workspace) == "9"


async def test_a_tag_that_is_renamed_stays_the_same_tag(caplog: pytest.LogCaptureFixture) -> None:
    workspace, memory = Workspace("vip"), Memory()
    before = Directory(memory, create=True)
    await before.find("VIP", workspace)
    workspace.tags = [Tag("1", "gold"), Tag("2", "vip")]

    after = Directory(memory, create=True)

    assert [await after.find("VIP", workspace) for _ in range(2)] == ["1", "1"]
    assert after.name_of("1") == "gold"
    assert workspace.created == []
    assert [record.message for record in caplog.records] == [
        'tag "VIP" (1) is called "gold" in Intercom; it stays the same tag'
    ]


async def test_a_tag_that_is_gone_gives_its_name_to_the_next() -> None:
    workspace, memory = Workspace("vip"), Memory()
    directory = Directory(memory, create=False, patience=0)
    await directory.find("vip", workspace)
    workspace.tags = [Tag("9", "vip")]
    directory.forget()

    assert await directory.find("vip", workspace) == "9"
    assert memory.ids == {"vip": "9"}


async def test_the_list_at_hand_names_ids() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=False)
    await directory.find("vip", workspace)

    assert await directory.names(["1"], workspace) == {"1": "vip"}
    assert workspace.reads == 1


async def test_an_id_that_is_not_in_the_list_has_it_read_anew() -> None:
    workspace, directory = Workspace("vip"), Directory(Memory(), create=False, patience=0)
    await directory.find("vip", workspace)
    workspace.tags.append(Tag("2", "gold"))

    assert await directory.names(["1", "2"], workspace) == {"1": "vip", "2": "gold"}
    assert workspace.reads == 2
