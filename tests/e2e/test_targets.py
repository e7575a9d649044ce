"""A webhook goes in, and contact and company are tagged as well, in real processes."""

import signal
from pathlib import Path
from typing import Any

from tests.e2e.house import House, at_home
from tests.e2e.test_webhook_to_tag import notification, post
from tests.redis_server import RedisServer
from tests.waiting import eventually

CONTACT = "66ab2f10c4d5e6f7a8b90c11"
LEAVING = "<p>Please cancel our account</p>"

RULES = """version: 1
rules:
  - id: big-account-cancelling
    if:
      message.text: {mentions_any: [cancel our account]}
      company.monthly_spend: {at_least: 500}
    then:
      add: [churn]
      contact: {add: [at-risk]}
      company: {add: [watch]}
  - id: spends
    applies_to: company
    if: {company.monthly_spend: {at_least: 500}}
    then: {add: [big]}
  - id: beta
    applies_to: contact
    if: {contact.attributes.beta: yes}
    then: {add: [beta]}
"""
TAGS = "version: 1\ntags: {churn: Leaves, at-risk: Look after, watch: Look at, big: Spends, beta: Tries}\n"


def written(folder: Path) -> dict[str, str]:
    """The rules in a folder, as a worker is told of them."""
    (folder / "tags.yaml").write_text(TAGS)
    (folder / "rules.yaml").write_text(RULES)
    return {"AUTOTAGGER_RULES": str(folder)}


async def furnish(house: House) -> None:
    for name in ("churn", "at-risk", "watch", "big", "beta"):
        await house.tag_id(name)
    await house.seed("company", "k1", monthly_spend=900)
    await house.seed("contact", CONTACT, companies=("k1",))
    await house.seed("conversation", "7")


def changed(topic: str, item: dict[str, Any]) -> dict[str, Any]:
    document = notification("conversation", "7", "")
    return {**document, "topic": topic, "data": {"item": item}}


async def test_a_message_tags_conversation_contact_and_company(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_home(redis_server, variables=written(tmp_path)) as house:
        await furnish(house)

        assert await post(house, notification("conversation", "7", LEAVING)) == 200
        await house.all_done()

        assert await house.tags("conversation", "7") == {"churn"}
        assert await house.tags("contact", CONTACT) == {"at-risk"}
        assert await house.tags("company", "k1") == {"watch"}
        assert await house.reads() == [f"/contacts/{CONTACT}/companies", "/tags"]


async def test_contacts_and_companies_are_tagged_by_their_own_events(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_home(redis_server, variables=written(tmp_path)) as house:
        await furnish(house)

        contact = {"type": "contact", "id": CONTACT, "custom_attributes": {"beta": True}}
        company = {"type": "company", "id": "k1", "monthly_spend": 900, "tag_ids": []}
        await post(house, changed("contact.user.updated", contact))
        await post(house, changed("company.updated", company))
        await house.all_done()

        assert await house.tags("contact", CONTACT) == {"beta"}
        assert await house.tags("company", "k1") == {"big"}


async def test_a_worker_that_is_killed_while_it_asks_leaves_the_event_to_another(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_home(redis_server, variables=written(tmp_path) | {"AUTOTAGGER_CALL_TIMEOUT": "20"}) as house:
        await furnish(house)
        await house.fault(kind="hang", count=1, path=f"/contacts/{CONTACT}/companies")
        await post(house, notification("conversation", "7", LEAVING))

        async def asked() -> bool:
            return f"/contacts/{CONTACT}/companies" in await house.reads()

        await eventually(asked, timeout=20)
        await house.end_worker(house.workers[0], signal.SIGKILL)
        assert not await house.idle()
        await house.start_worker()
        await house.all_done()

        assert await house.tags("conversation", "7") == {"churn"}
        assert await house.tags("contact", CONTACT) == {"at-risk"}
        assert await house.tags("company", "k1") == {"watch"}
        assert await house.letters() == ()
