"""The webhook endpoint: from a signed request to a stored job."""

import logging
import time
import traceback
from collections.abc import Iterable
from uuid import uuid4

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from facts import item, message, notification, routing, topics
from facts.notification import Malformed, Notification
from facts.routing import Ignored
from facts.topics import TOPICS
from service import body
from service.fullness import Fullness
from service.metrics import Metrics
from service.outcomes import OTHER
from service.refusals import Refusals
from service.seldom import Seldom
from service.settings import ReceiverSettings, Source
from service.signature import Keyring, Signer
from state import keys
from state.enqueue import Enqueuer, Entry, Unavailable
from state.job import Job
from state.tracing import OFF, Span, Tracer

log = logging.getLogger(__name__)


class Answer(msgspec.Struct, frozen=True):
    """What one request is told. `outcome` and `reason` are for counting, `text` for whoever reads the answer.

    `app_id` is a known workspace's, or empty; `reason` says more of an outcome that has several.
    """

    status: int
    outcome: str
    text: str = ""
    topic: str = ""
    app_id: str = ""
    reason: str = ""


_OK = Response()
_TAKEN = 200


class Webhook:
    """`POST` takes a notification, `HEAD` lets Intercom see that the URL is there.

    Intercom counts every answer but 200 as an error, so only what may be worth sending again, or does not come from
    Intercom at all, gets another one; 410 would end the subscription and is never sent.
    Source: https://developers.intercom.com/docs/references/webhooks/webhook-models
    """

    def __init__(
        self,
        settings: ReceiverSettings,
        enqueuer: Enqueuer,
        metrics: Metrics,
        fullness: Fullness | None = None,
        tracer: Tracer = OFF,
    ) -> None:
        self._settings = settings
        self._fullness = fullness
        self._tracer = tracer
        self._enqueuer = enqueuer
        self._metrics = metrics
        self.trust(settings.sources)
        self._refusals = Refusals()
        self._unsigned = Seldom(log, "a webhook's signature is not good (is the client secret the app's?)")
        self._malformed = Seldom(log, "a signed webhook is not a notification")
        self._refused = Seldom(log, "webhooks are refused")

    def trust(self, sources: Iterable[Source]) -> None:
        """From now on take the webhooks of these workspaces, signed under these client secrets, and no others."""
        self._keyring = Keyring(sources)
        self._metrics.trusted(self._keyring.names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] == "HEAD":
            await _OK(scope, receive, send)
            return
        with self._tracer.span("webhook", "server") as span:
            await self._post(scope, receive, send, span)

    async def _post(self, scope: Scope, receive: Receive, send: Send, span: Span) -> None:
        began = time.monotonic()
        try:
            answer = await self._answer(scope, receive)
        except body.Disconnected:
            self._metrics.answered("", "disconnected").inc()
            return
        except Exception as error:  # noqa: BLE001 - whatever went wrong here, Intercom must send this one again
            # Its kind and place, never its words: they may be the customer's.
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("a webhook could not be handled: %s\n%s", type(error).__name__, place)  # noqa: TRY400 - no words
            answer = Answer(503, "failed", "try again later")
        self._count(answer)
        span.tell(app_id=answer.app_id, topic=answer.topic, outcome=answer.outcome, status=answer.status)
        self._metrics.answer_seconds.observe(time.monotonic() - began)
        response = Response(answer.text, answer.status, media_type="text/plain") if answer.text else _OK
        await response(scope, receive, send)

    def _count(self, answer: Answer) -> None:
        if answer.status == _TAKEN:
            self._metrics.took(answer.app_id, answer.topic, answer.outcome)
        else:
            self._metrics.refused(answer.app_id, answer.topic, answer.outcome, answer.reason or answer.outcome)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        try:
            raw = await body.read(scope, receive, limit=self._settings.body_limit)
        except body.TooLarge:
            return Answer(413, "too large", f"a notification has at most {self._settings.body_limit} bytes")
        keyring = self._keyring
        signer = keyring.verify(_all(scope, b"x-hub-signature"), raw)
        if signer is None:
            self._unsigned.say(f"{len(raw)} bytes")
            return Answer(401, "bad signature", "X-Hub-Signature does not fit the body under any known client secret")
        if not _is_json(_all(scope, b"content-type")):
            return Answer(415, "not json", "Content-Type must be application/json")
        self._metrics.verified(signer.key).inc()
        try:
            return await self._take(notification.read(raw), signer, keyring)
        except Malformed as malformed:
            self._malformed.say(str(malformed))
            return Answer(400, "malformed", str(malformed))

    async def _take(self, received: Notification, signer: Signer, keyring: Keyring) -> Answer:
        topic = received.topic if received.topic in TOPICS else OTHER
        if received.app_id not in keyring.workspaces:
            return Answer(200, "unknown workspace", topic=topic)
        if received.app_id not in signer.workspaces:
            text = "the client secret that signed belongs to another workspace"
            return Answer(401, "bad signature", text, topic, received.app_id, "another workspace's secret")
        try:
            job = _job(received, time.time(), self._tracer.context())
        except Ignored as ignored:
            return Answer(200, ignored.reason, topic=topic, app_id=received.app_id)
        return await self._store(job, seen=received.id is not None)

    async def _store(self, job: Job, *, seen: bool) -> Answer:
        entry = Entry(
            job_id=job.id,
            queue=keys.queue(job.app_id),
            payload=job.encode(),
            created_at=job.created_at,
            seen=keys.SEEN + job.id if seen else "",
            heard=_heard(job),
        )
        if self._fullness is not None and self._fullness.full:
            return self._refuse(job, "Redis is nearly full", "")
        try:
            stored = await self._enqueuer.enqueue(entry)
        except Unavailable as unavailable:
            return self._refuse(job, "Redis did not store it", f" ({unavailable})")
        self._refusals.over()
        return Answer(200, stored, topic=job.topic, app_id=job.app_id)

    def _refuse(self, job: Job, reason: str, detail: str) -> Answer:
        self._refused.say(reason + detail)
        status = self._refusals.status(time.monotonic())
        return Answer(status, "refused", "the queue takes nothing now: send it again", job.topic, job.app_id, reason)


def _job(received: Notification, now: float, trace: dict[str, str] | None = None) -> Job:
    # What is gone asks for no tags, but is to be forgotten.
    target = (routing.locate if topics.lookup(received.topic).ends else routing.find)(received)
    return Job(
        app_id=received.app_id,
        notification_id=received.id or f"unnamed-{uuid4().hex}",
        topic=received.topic,
        kind=target.kind,
        target_id=target.id,
        created_at=received.created_at,
        received_at=now,
        delivery_attempts=received.delivery_attempts,
        item=item.trim(received),
        trace=trace,
    )


def _heard(job: Job) -> str:
    written = message.identifier(topics.lookup(job.topic), item.load(job.item))
    return "" if written is None else keys.heard(str(job.target), job.app_id, written)


def _all(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _is_json(content_types: list[bytes]) -> bool:
    return len(content_types) == 1 and content_types[0].partition(b";")[0].strip().lower() == b"application/json"
