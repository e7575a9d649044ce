"""What is known of one tag on one object, and what follows from it: pure, the same whatever order events arrive in."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

Action = Literal["add", "remove"]
Standing = Literal["", "absent", "found", "ours", "theirs", "removed", "vetoed"]
"""Whether the tag is there, and through whom.

`found`: it was there before us, `ours`: we put it on, `theirs`: a person put it on after it had been taken off;
`absent`: it was never there, `removed`: we took it off, `vetoed`: a person took it off. Empty: nobody has told.
"""
Verdict = Literal["add", "remove", "withdrawn"]
Step = Literal["call", "already so", "overruled", "vetoed", "kept", "stopped"]
"""`call`, or why none is made: a newer event decided otherwise, a person did, or it has gone to and fro too often."""

STALE = 2.0
"""Seconds after our call within which a payload may still show things as they were before it."""
LONGEST = 80
"""Characters of a rule's phrase that are kept."""
FLIPS, FLIPS_WITHIN = 3, 3600.0
"""So often may we undo in so many seconds what we did ourselves; then the tag stays as it is for that long."""

_PRESENT = frozenset({"found", "ours", "theirs"})
_ABSENT = frozenset({"absent", "removed", "vetoed"})


class Order(NamedTuple):
    """An event's place among all others: when it was created (Unix seconds, Intercom's clock), then its id."""

    created_at: int = 0
    notification_id: str = ""


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What one rule last said of the tag, at which event, by which rule set: that it wants it, or that no more."""

    order: Order
    rule_set: str
    held: bool = True


class Removal(msgspec.Struct, frozen=True, array_like=True):
    """The newest event at which rules wanted the tag off: claims that are older have ended."""

    order: Order
    rule_set: str
    rules: tuple[str, ...]


class Origin(msgspec.Struct, frozen=True, array_like=True):
    """What had us make a call: which rules of which set, at which event, and what the first of them went by.

    `field` and `phrase` are that rule's own words, cut to `LONGEST` characters, never the customer's; `span` is where
    they stood in the text. `by` is whom Intercom named as having put the tag on, empty where it named nobody; of a
    pending call in whose name it is made. With `removes` the call was to take it off.
    """

    rules: tuple[str, ...]
    order: Order | None = None
    rule_set: str = ""
    topic: str = ""
    field: str = ""
    phrase: str = ""
    span: tuple[int, int] | None = None
    by: str = ""
    removes: bool = False


class Pending(msgspec.Struct, frozen=True, array_like=True):
    """A call that is about to be made, or was: nobody knows until it is applied.

    `at` is when, in Unix seconds; `origin` is what has us make it. What it does `by_person` no rule takes back, as soon
    as it may have landed.
    """

    action: Action
    at: float
    origin: Origin | None = None
    by_person: bool = False


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One tag on one object.

    `tag` is spelt as in `tags.yaml`. `at` is when our last call took effect on Intercom's clock, 0 without one; `seen`
    is the newest moment at which somebody else's doing was seen. `flips` are the moments at which we undid what we had
    done. `is_told` says that an event has told our last call; `origin` is what had us make it, and `before` what the
    tag's standing was. Of `pending` the rest says nothing yet, so that dropping it restores what was. New fields come
    last and get a default, so that old and new versions read each other's entries.
    """

    tag: str
    standing: Standing = ""
    at: float = 0.0
    seen: float = 0.0
    claims: dict[str, Claim] = {}
    removal: Removal | None = None
    pending: Pending | None = None
    flips: tuple[float, ...] = ()
    is_told: bool = False
    origin: Origin | None = None
    before: Standing = ""

    @classmethod
    def decode(cls, kept: bytes) -> "Entry":
        """The entry in `kept`; raises msgspec.MsgspecError for anything else."""
        entry = _decoder.decode(kept)
        origin = entry.origin
        if origin is None or origin.order is not None:
            return entry
        order, rule_set = _said_by(entry, origin)
        return replace(entry, origin=replace(origin, order=order, rule_set=rule_set))

    def encode(self) -> bytes:
        """MessagePack, where nothing stands twice: an origin's event mostly is the newest of its rule, too."""
        origin = self.origin
        if origin is None or (origin.order, origin.rule_set) != _said_by(self, origin):
            return _encoder.encode(self)
        return _encoder.encode(replace(self, origin=replace(origin, order=None, rule_set="")))

    @property
    def present(self) -> bool | None:
        """Whether the tag is there, as far as anybody has told."""
        return True if self.standing in _PRESENT else False if self.standing in _ABSENT else None

    @property
    def verdict(self) -> Verdict | None:
        """What the newest events come to together.

        A rule that gives up its claim says nothing about a tag that other rules want, or that others want off.
        """
        if self.claiming:
            return "add"
        if self.removal is not None:
            return "remove"
        return "withdrawn" if self.claims else None

    @property
    def claiming(self) -> tuple[str, ...]:
        """The rules that want the tag, as far as no newer event took it off."""
        return tuple(rule for rule, claim in self.claims.items() if claim.held and self._counts(claim))

    @property
    def rules(self) -> frozenset[str]:
        """All rules that have said something of the tag, or had a call made."""
        origins = (self.origin, self.pending.origin if self.pending is not None else None)
        acted = [rule for origin in origins if origin is not None for rule in origin.rules]
        return frozenset({*self.claims, *acted, *(self.removal.rules if self.removal is not None else ())})

    def _counts(self, claim: Claim) -> bool:
        return self.removal is None or claim.order > self.removal.order

    # What events say

    def observed(self, *, present: bool, at: float) -> "Entry":
        """A payload or an answer of that moment (Unix seconds, Intercom's clock) shows the tag, or does not.

        It says nothing if it is older than what is known, or so young after our call that it may be.
        """
        if self.doubts(at) or at < self.seen:
            return self
        if present == self.present:
            return self
        if present:
            standing: Standing = "theirs" if self.standing in {"removed", "vetoed"} else "found"
        else:
            standing = "absent" if self.standing == "" else "vetoed"
        return replace(self, standing=standing, seen=at)

    def doubts(self, at: float) -> bool:
        """Whether a payload of that moment may show the tag as it was before our last call, or during one."""
        return self.pending is not None or bool(self.at and at < self.at + STALE)

    def changed_by_person(self, action: Action, at: float) -> "Entry":
        """A person put the tag on, or took it off, at that moment."""
        if at < max(self.seen, self.at):
            return self
        return replace(self, standing="theirs" if action == "add" else "vetoed", seen=at, at=at, pending=None)

    def done_for_person(self, action: Action, at: float) -> "Entry":
        """We did at that moment what a person had us do: it counts as that person's doing, whatever the clocks say."""
        return self.changed_by_person(action, max(at, self.at, self.seen))

    def claimed(self, rules: Iterable[str], order: Order, rule_set: str) -> "Entry":
        """Rules want the tag."""
        return self._said(rules, Claim(order, rule_set))

    def withdrawn(self, rules: Iterable[str], order: Order, rule_set: str) -> "Entry":
        """Rules want the tag no more."""
        return self._said(rules, Claim(order, rule_set, held=False))

    def _said(self, rules: Iterable[str], claim: Claim) -> "Entry":
        news = {rule: claim for rule in rules if rule not in self.claims or claim.order > self.claims[rule].order}
        return replace(self, claims=self.claims | news) if news else self

    def taken_off(self, rules: tuple[str, ...], order: Order, rule_set: str) -> "Entry":
        """Rules want the tag off, whoever put it on."""
        if self.removal is not None and self.removal.order >= order:
            return self
        return replace(self, removal=Removal(order, rule_set, rules))

    # What to do about it, and what came of it

    def step(self, action: Action, now: float) -> Step:
        """What to do for an event that wants the tag added or removed, after it was written down as above."""
        if self.verdict != action:
            return "overruled"
        if action == "add" and (self.standing == "vetoed" or self.asked_by_person("remove")):
            return "vetoed"
        if action == "remove" and (self.standing == "theirs" or self.asked_by_person("add")):
            return "kept"
        if self.pending is None and self.present == (action == "add"):
            return "already so"
        return "stopped" if self._stopped(action, now) else "call"

    def to_take_back(self, now: float) -> bool:
        """Whether the tag is ours, or may be, and nobody wants it any more."""
        pending = self.pending
        ours = self.standing == "ours" or (pending is not None and pending.action == "add" and not pending.by_person)
        return ours and self.verdict != "add" and not self._stopped("remove", now)

    def asked_by_person(self, action: Action) -> bool:
        """Whether a person had us begin such a call, of which nobody knows whether it landed."""
        return self.pending is not None and self.pending.by_person and self.pending.action == action

    def _flip(self, action: Action) -> bool:
        return self.standing == ("removed" if action == "add" else "ours")

    def _stopped(self, action: Action, now: float) -> bool:
        return self._flip(action) and sum(now - flip < FLIPS_WITHIN for flip in self.flips) >= FLIPS

    def asked(self, action: Action, now: float, origin: Origin | None = None, *, by_person: bool = False) -> "Entry":
        """The call is about to be made, because of `origin`, or because a person says so."""
        first = self.pending.at if self.pending is not None and self.pending.action == action else now
        return replace(self, pending=Pending(action, first, origin, by_person))

    def failed(self) -> "Entry":
        """The call was not made and never will be."""
        return replace(self, pending=None)

    def made(self, action: Action, at: float, *, ours: bool = True, origin: Origin | None = None) -> "Entry":
        """Intercom did it at that moment; not `ours` says that the tag had been there already, through others.

        `origin` is what had us do it, by default what had us ask.
        """
        if not ours:
            standing: Standing = self.standing if self.standing in {"found", "theirs"} else "found"
            return replace(self, standing=standing, seen=max(self.seen, at), pending=None)
        flips = (*self.flips, at)[-FLIPS:] if self._flip(action) else self.flips
        standing = "ours" if action == "add" else "removed"
        origin = origin or (self.pending.origin if self.pending is not None else None)
        news = replace(self, standing=standing, at=at, flips=flips, pending=None, is_told=False)
        return replace(news, origin=origin, before=self.standing)

    # Events of our own calls

    def untold(self, *, present: bool) -> bool:
        """Whether it was us who put the tag on, or took it off, and no event has told that yet."""
        return self.standing == ("ours" if present else "removed") and not self.is_told

    def told(self) -> "Entry":
        """An event has told our last call."""
        return replace(self, is_told=True)


def _said_by(entry: Entry, origin: Origin) -> tuple[Order | None, str]:
    """The newest event of an origin's first rule, and the rule set that decided on it."""
    said: Claim | Removal | None = entry.claims.get(origin.rules[0]) if origin.rules else None
    if said is None and entry.removal is not None and entry.removal.rules == origin.rules:
        said = entry.removal
    return (said.order, said.rule_set) if said is not None else (None, "")


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Entry)
