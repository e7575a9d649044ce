"""A webhook that never came, in the whole house."""

import time

from tests.e2e.house import at_home
from tests.redis_server import RedisServer
from tests.waiting import eventually

ADA = {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11", "name": "Ada", "email": "ada@example.com"}


async def test_a_message_is_tagged_whose_webhook_nobody_sent(redis_server: RedisServer) -> None:
    variables = {"AUTOTAGGER_SWEEP_INTERVAL": "1", "AUTOTAGGER_SWEEP_GRACE": "0.5"}
    async with at_home(redis_server, workers=2, variables=variables) as house:
        await house.know_tags()
        written = int(time.time())
        part = {"id": "9", "part_type": "comment", "body": "<p>A refund, please</p>", "created_at": written}
        await house.seed(
            "conversation",
            "11",
            created_at=written - 90,
            updated_at=written,
            conversation_parts={"conversation_parts": [{**part, "author": ADA}], "total_count": 1},
        )

        async def tagged() -> bool:
            return "billing/refund" in await house.tags("conversation", "11")

        await eventually(tagged, timeout=20)

        assert len(await house.calls("/conversations/11/tags")) == 1
        assert await house.letters() == ()
