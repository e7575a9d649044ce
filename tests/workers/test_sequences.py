"""What several events, people and commands come to one after the other on one object."""

import time
from pathlib import Path

from facts.target import Target
from simulator.faults import Fault
from simulator.workspace.tags import Applied
from state.ledger import Ledger
from state.retry import Retrier
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import CONTACT, CONVERSATION, rule
from tests.workers.office import APP_ID, at_work
from tests.workers.test_ledger import COLLEAGUE, TAKEN_BACK, by_person, outcomes, vip, writes

OTHER = "66ab2f10c4d5e6f7a8b90c99"


async def test_what_a_person_takes_off_by_a_command_while_a_job_is_about_to_add_it_stays_off(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, call_timeout=5.0) as office:
        office.place("conversation", CONVERSATION)
        office.simulator.faults.add(Fault("slow", delay=1.0, method="GET", path="/tags", count=1))
        await office.tell(*events.reply())
        # The job has the object and has read its ledger; the tag's id it does not know yet.
        await eventually(lambda: "/tags" in office.reads())
        target = Target(APP_ID, "conversation", CONVERSATION)
        await Ledger(office.redis).changed_by_person(target, vip(office), "vip", "remove", time.time())
        await office.done()
        await writes(office, "refund", 10)

        assert office.changes() == []
        assert await outcomes(office) == ["vetoed", "vetoed"]


async def test_a_letter_that_is_retried_leaves_alone_what_a_person_took_off_since(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    rules = TAKEN_BACK.replace("{add: [vip]}", "{add: [beta, vip]}")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("conversation", CONVERSATION)
        refusal = Fault("status", status=400, code="parameter_invalid", method="POST")
        office.simulator.workspace.attach(
            office.simulator.workspace.objects["conversation", CONVERSATION], vip(office), Applied(1, COLLEAGUE)
        )
        await writes(office, "thanks", -20)
        office.simulator.faults.add(refusal)
        await writes(office, "refund", -10)
        (letter,) = await office.letters()
        by_person(office, on=False)
        office.simulator.faults.clear()
        await writes(office, "thanks", 0)

        await Retrier(office.redis).retry([letter.id])
        await office.done()

        assert office.tags("conversation", CONVERSATION) == set()


async def test_a_rule_under_a_new_id_is_another_rule_and_the_old_ones_claim_stays(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "refund", 0)
        (tmp_path / "rules.yaml").write_text(TAKEN_BACK.replace("id: a,", "id: renamed,"))
        await office.another_worker()

        await writes(office, "refund", 10)
        await writes(office, "thanks", 20)

        assert office.tags("conversation", CONVERSATION) == {"vip"}


CLAIMS = """
version: 1
defaults: {applies_to: contact, if_unmatched: remove}
rules:
- {id: a, if: {contact.phone: {exists: yes}}, then: {add: [vip]}}
- {id: b, if: {contact.email: {exists: yes}}, then: {add: [vip]}}
"""


async def test_what_both_rules_gave_up_after_a_merge_is_taken_back(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=CLAIMS) as office:
        office.place("contact", CONTACT)
        office.place("contact", OTHER)
        topic, item = events.contact(id=OTHER, phone=None)
        await office.tell(topic, item, after=-60)
        await office.done()
        objects = office.simulator.workspace.objects
        handed_over = objects["contact", OTHER].tags[vip(office)]
        office.simulator.workspace.attach(objects["contact", CONTACT], vip(office), handed_over)

        _, item = events.contact(vip(office), email=None, merged_from={"type": "contact", "id": OTHER})
        await office.tell("contact.merged", item, after=-40)
        await office.done()
        assert office.tags("contact", CONTACT) == {"vip"}
        topic, item = events.contact(vip(office), email=None, phone=None)
        await office.tell(topic, item, after=-30)
        await office.done()

        assert office.tags("contact", CONTACT) == set()


async def test_a_merge_does_not_make_ours_what_a_person_had_put_on_the_survivor(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    rules = rule("contact.phone: {exists: yes}", kind="contact", if_unmatched="remove")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT)
        office.place("contact", OTHER)
        survivor = office.simulator.workspace.objects["contact", CONTACT]
        office.simulator.workspace.attach(survivor, vip(office), Applied(int(time.time()) - 86_400, COLLEAGUE))
        topic, item = events.contact(id=OTHER)
        await office.tell(topic, item, after=-60)
        await office.done()

        _, item = events.contact(vip(office), phone=None, merged_from={"type": "contact", "id": OTHER})
        await office.tell("contact.merged", item, after=-40)
        await office.done()

        assert office.tags("contact", CONTACT) == {"vip"}
