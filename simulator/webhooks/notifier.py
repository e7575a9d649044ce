"""Sends single notifications to webhooks, each in the payload version that its receiver is on."""

import uuid
from collections.abc import Callable, Iterator
from typing import Annotated

import msgspec

from simulator.payloads.notified import Item
from simulator.payloads.versions import PayloadVersion, in_version
from simulator.settings import SimulatorSettings
from simulator.webhooks.patience import Patience
from simulator.webhooks.sender import Delivery, Mail, Sender


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where notifications go: the simulator's own payload version unless given; `time_scale` as in `runs.Wanted`."""

    url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://[^/]")]
    version: PayloadVersion | None = None
    time_scale: Annotated[float, msgspec.Meta(gt=0)] = 1.0


class Notifier:
    """One sender an address, so that a webhook that answers 410 or 429 is left alone as Intercom leaves it alone."""

    def __init__(self, settings: SimulatorSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._senders: dict[Address, Sender] = {}

    def post(self, address: Address, topic: str, item: Item) -> Delivery:
        """Begin to deliver a notification of just now; `item` has the shape of 2.10."""
        settings = self._settings
        if address not in self._senders:
            patience = Patience().scaled(address.time_scale)
            self._senders[address] = Sender(address.url, settings.client_secret, patience=patience)
        shaped = in_version(topic, item, address.version or settings.payload_version)
        mail = Mail(settings.app_id, topic, f"notif_{uuid.uuid4()}", int(self._clock()), lambda: shaped)
        return self._senders[address].post(mail)

    def deliveries(self) -> Iterator[Delivery]:
        """What was begun, address by address, and what became of it."""
        for sender in self._senders.values():
            yield from sender.deliveries

    async def aclose(self) -> None:
        """Give up what is under way, and forget all of it."""
        for sender in self._senders.values():
            await sender.aclose()
        self._senders.clear()
