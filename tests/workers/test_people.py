"""How often people take off what a rule has put on is counted by rule: its precision, in their eyes."""

from pathlib import Path

from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import CONVERSATION
from tests.workers.office import Office, at_work
from tests.workers.test_ledger import by_person

RULES = """
version: 1
rules:
- {id: a, if: {message.text: {mentions_any: [refund]}}, then: {add: [vip]}}
- {id: b, if: {message.text: {mentions_any: [thanks]}}, then: {add: [beta]}}
- {id: r, if: {message.text: {mentions_any: [never]}}, then: {remove: [vip]}}
"""


async def writes(office: Office, text: str, after: int) -> None:
    """A customer writes, and the notification shows the tags as they are now."""
    names = office.tags("conversation", CONVERSATION)
    found = [office.simulator.workspace.find_or_create_tag(name)[0] for name in sorted(names)]
    shown = [{"id": tag.id, "name": tag.name} for tag in found]
    await office.tell(*events.reply(text, tags={"tags": shown}), after=after)
    await office.done()


def removed(office: Office, rule: str) -> float:
    return office.count("autotagger_tags_removed_by_people_total", rule=rule)


async def test_a_person_s_removal_is_counted_once_whatever_rule_has_us_look(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "refund", 10)
        by_person(office, on=False)

        await writes(office, "thanks", 20)
        noticed = removed(office, "a")
        await writes(office, "refund", 30)

        assert noticed == 1
        assert (removed(office, "a"), removed(office, "b")) == (1, 0)
        assert office.tags("conversation", CONVERSATION) == {"beta"}


async def test_what_rules_take_off_or_never_put_on_is_not_counted(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        by_person(office, on=True)
        await writes(office, "refund", 10)
        by_person(office, on=False)
        await writes(office, "thanks", 20)
        assert removed(office, "a") == 0

        await writes(office, "never", 30)
        await writes(office, "refund", 40)
        await writes(office, "never", 50)
        await writes(office, "thanks", 60)

        assert (removed(office, "a"), removed(office, "b")) == (0, 0)
