"""Plays being performed: stories sent to a webhook, and what became of them."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import msgspec

from simulator.documents.company import company_item
from simulator.documents.contact import contact_item
from simulator.payloads.people import Firm
from simulator.payloads.versions import PayloadVersion
from simulator.scene import Seed, place
from simulator.settings import SimulatorSettings
from simulator.stories.event import About
from simulator.stories.play import TAGS, Play, expected_end_state, invent
from simulator.webhooks.patience import Patience
from simulator.webhooks.sender import Delivery, Sender
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to perform, as `POST /_simulator/send` takes it.

    `rate` is in notifications a second, as fast as can be when None; `seed` is the simulator's own unless given, and a
    second run needs another one, for the same seed invents the same ids;
    `duplicates` is the share sent twice; `time_scale` shortens or stretches Intercom's own delays; `timeout` (seconds,
    5 times the scale unless given) is how long the webhook has to answer; `version` is that of the payloads, the
    simulator's own unless given.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://[^/]")]
    events: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 100
    rate: Annotated[float, msgspec.Meta(gt=0)] | None = None
    seed: int | None = None
    duplicates: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    concurrency: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 50
    time_scale: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    timeout: Annotated[float, msgspec.Meta(gt=0)] | None = None
    version: PayloadVersion | None = None

    def patience(self) -> Patience:
        """How long to wait for what."""
        scaled = Patience().scaled(self.time_scale)
        return scaled if self.timeout is None else replace(scaled, timeout=self.timeout)


class Run:
    """One play, being sent. The objects are made known, with their tags, as soon as this exists."""

    def __init__(self, play: Play, sender: Sender, workspace: Workspace, *, now: int) -> None:
        self.play = play
        self.sender = sender
        self.expected = expected_end_state(play)
        self._workspace = workspace
        stage(workspace, play, now=now)

    async def perform(self, rate: float | None = None, version: PayloadVersion = "2.10") -> None:
        """Send everything, at most `rate` a second, and wait until each has its outcome."""
        mails = [event.mail(self.play.app_id, self._present, version) for event in self.play.events]
        await self.sender.send((mails[number] for number in self.play.sendings), rate=rate)

    def outcomes(self) -> dict[str, int]:
        """How many deliveries have which outcome."""
        return dict(Counter(delivery.outcome for delivery in self.sender.deliveries))

    def differences(self) -> list[dict[str, Any]]:
        """Where the tags are not as they should be in the end: `object`, names `missing` and `unwanted`."""
        return list(filter(None, (self._difference(about, names) for about, names in self.expected.items())))

    def _difference(self, about: About, wanted: frozenset[str]) -> dict[str, Any] | None:
        tagged = find(self._workspace, about)
        found = frozenset(self._workspace.names_on(tagged)) if tagged is not None else frozenset()
        if found == wanted:
            return None
        return {"object": written(about), "missing": sorted(wanted - found), "unwanted": sorted(found - wanted)}

    def _present(self, about: About) -> Sequence[Mapping[str, Any]]:
        tagged = find(self._workspace, about)
        return self._workspace.tags_on(tagged) if tagged is not None else ()


class Runs:
    """The plays that this simulator was asked to perform."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self._settings = settings
        self._runs: dict[str, tuple[Run, asyncio.Task[None]]] = {}

    def start(self, wanted: Wanted, workspace: Workspace, *, now: int) -> tuple[str, Run]:
        """Begin to perform."""
        settings = self._settings
        seed = settings.seed if wanted.seed is None else wanted.seed
        play = invent(wanted.events, seed=seed, now=now, app_id=settings.app_id, duplicates=wanted.duplicates)
        sender = Sender(wanted.url, settings.client_secret, patience=wanted.patience(), concurrency=wanted.concurrency)
        run = Run(play, sender, workspace, now=now)
        version = wanted.version or settings.payload_version
        run_id = str(len(self._runs) + 1)
        self._runs[run_id] = run, asyncio.create_task(run.perform(wanted.rate, version))
        return run_id, run

    def documents(self, only: str | None = None, *, brief: bool = False) -> list[dict[str, Any]]:
        """All runs, or the one named `only`, as the control API shows them; `brief` leaves single deliveries out."""
        runs = ((run_id, *both) for run_id, both in self._runs.items() if only in (None, run_id))
        return [_document(*run) | ({} if brief else _details(run[1])) for run in runs]

    async def aclose(self) -> None:
        """Stop and forget all runs."""
        for run, task in self._runs.values():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await run.sender.aclose()
        self._runs.clear()


def stage(workspace: Workspace, play: Play, *, now: int) -> None:
    """Make the tags and the objects of a play known; their tags were put on at `now` (Unix seconds)."""
    for name in TAGS:
        workspace.find_or_create_tag(name)
    for firm in play.firms:
        place(workspace, "company", Seed(firm.id, item=_company(firm, play.app_id, now)), app_id=play.app_id, now=now)
    for writer in play.writers:
        firms = () if writer.firm is None else (writer.firm.id,)
        item = contact_item(writer, app_id=play.app_id, created_at=now)
        place(workspace, "contact", Seed(writer.id, item=item, companies=firms), app_id=play.app_id, now=now)
    for placed in play.placed:
        if placed.about.kind != "company":
            seed = Seed(placed.about.id, placed.tags, dict(placed.item))
            place(workspace, placed.about.kind, seed, app_id=play.app_id, now=now)


def _company(firm: Firm, app_id: str, now: int) -> dict[str, Any]:
    changes = {"monthly_spend": firm.monthly_spend}
    return company_item(firm.id, firm.own_id, firm.name, app_id=app_id, created_at=now, changes=changes)


def find(workspace: Workspace, about: About) -> Tagged | None:
    """The object that an event is about, if it is known; companies never are."""
    return None if about.kind == "company" else workspace.objects.get((about.kind, about.id))


def written(about: About) -> str:
    """`conversation:123`."""
    return f"{about.kind}:{about.id}"


def expected_document(run: Run) -> dict[str, list[str]]:
    """The expected end state in JSON's terms: tag names by `kind:id`."""
    return {written(about): sorted(names) for about, names in run.expected.items()}


def _document(run_id: str, run: Run, task: asyncio.Task[None]) -> dict[str, Any]:
    return {
        "run": run_id,
        "done": task.done(),
        "events": len(run.play.events),
        "sendings": len(run.play.sendings),
        "outcomes": run.outcomes(),
        "differences": run.differences(),
    }


def _details(run: Run) -> dict[str, Any]:
    return {
        "expected": expected_document(run),
        "deliveries": [delivery_document(delivery) for delivery in run.sender.deliveries],
    }


def delivery_document(delivery: Delivery) -> dict[str, Any]:
    """A delivery as the control API shows it."""
    return {
        "id": delivery.id,
        "topic": delivery.topic,
        "outcome": delivery.outcome,
        "answered_in": delivery.answered_in,
        "attempts": delivery.attempts,
    }
