"""What a rule set should make of an event, worked out in the plainest way there is, to hold the engine to.

It reads rules as plain data and shares no code with the engine: no index, no laziness, one place of a text after
another, one truth table after another.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

Rule = Mapping[str, Any]
Truth = frozenset[bool]
"""What a condition may come out as: both, if that hangs on what nobody knows."""

YES, NO, OPEN = frozenset({True}), frozenset({False}), frozenset({True, False})

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TEXTS = {"message.text", "message.full_text"}
NEGATIVE = {
    "mentions_none": "mentions_any",
    "contains_none": "contains_any",
    "matches_none": "matches_any",
    "is_not": "is",
    "not_in": "in",
    "has_none": "has_any",
    "not_during": "during",
}


@dataclass
class Event:
    """`unknown` are the fields that were not fetched."""

    kind: str
    values: Mapping[str, Any]
    unknown: frozenset[str] = frozenset()


@dataclass
class Judged:
    """What the rules come to: changes as kind, tag and action; withdrawals as rule and tag."""

    matched: list[str] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    acting: list[str] = field(default_factory=list)
    changes: set[tuple[str, str, str]] = field(default_factory=set)
    conflicts: set[str] = field(default_factory=set)
    withdrawals: set[tuple[str, str]] = field(default_factory=set)


def judge(file: Mapping[str, Any], event: Event, *, as_if_live: bool = False) -> Judged:
    """What the rules of a file make of an event; `as_if_live`, if those in shadow mode were live too."""
    modes = {"live", "shadow"} if as_if_live else {"live"}
    judged = Judged()
    taken: set[str] = set()
    wishes: list[tuple[str, str, str, int]] = []
    for rule in file["rules"]:
        if event.kind not in rule["applies_to"] or rule["mode"] not in modes:
            continue
        truth = holds(rule["if"], rule, file, event)
        group = rule.get("group", rule["id"])
        if truth == YES:
            judged.matched.append(rule["id"])
            if group not in taken:
                judged.acting.append(rule["id"])
                wishes += wished(rule, event.kind)
            taken.add(group)
        elif truth == OPEN:
            judged.open.add(rule["id"])
            taken.add(group)
        elif rule.get("if_unmatched") == "remove" and speaks(rule, event):
            judged.withdrawals |= {(rule["id"], tag) for tag in rule["then"].get("add", ())}
    for kind, tag in {wish[:2] for wish in wishes}:
        best = max(priority for *about, _, priority in wishes if about == [kind, tag])
        actions = {action for *about, action, priority in wishes if about == [kind, tag] and priority == best}
        if len(actions) == 1:
            judged.changes.add((kind, tag, actions.pop()))
        else:
            judged.conflicts.add(tag)
    return judged


def wished(rule: Rule, kind: str) -> list[tuple[str, str, str, int]]:
    """Kind, tag, action and priority of everything a rule asks for."""
    places = [(kind, rule["then"]), *((other, rule["then"].get(other, {})) for other in ("contact", "company"))]
    return [
        (where, tag, action, rule["priority"])
        for where, then in places
        for action in ("add", "remove")
        for tag in then.get(action, ())
    ]


def holds(block: Mapping[str, Any], rule: Rule, file: Mapping[str, Any], event: Event) -> Truth:
    """What a block of tests may come out as."""
    parts = [truth_of(key, value, rule, file, event) for key, value in block.items()]
    return frozenset(all(row) for row in product(*parts))


def truth_of(key: str, value: Any, rule: Rule, file: Mapping[str, Any], event: Event) -> Truth:
    if key == "use":
        return holds(file["conditions"][value], rule, file, event)
    if key in {"all", "any", "none"}:
        rows = list(product(*(holds(part, rule, file, event) for part in value)))
        return frozenset(all(row) if key == "all" else any(row) is (key == "any") for row in rows)
    exact = value.get("exact_case") == "yes"
    tests = [(operator, operand) for operator, operand in value.items() if operator != "exact_case"]
    rows = list(product(*(asked(key, *test, exact, rule, file, event) for test in tests)))
    return frozenset(all(row) for row in rows)


def asked(
    path: str, operator: str, operand: Any, exact: bool, rule: Rule, file: Mapping[str, Any], event: Event
) -> Truth:
    if operator in NEGATIVE:
        return frozenset(not one for one in asked(path, NEGATIVE[operator], operand, exact, rule, file, event))
    if operator == "count_at_most":
        return frozenset(not one for one in asked(path, "count_at_least", int(operand) + 1, exact, rule, file, event))
    if operator == "exists" and operand == "no":
        return frozenset(not one for one in asked(path, operator, "yes", exact, rule, file, event))
    hidden = path.startswith("message.") and not names_sender(rule["if"], file) and sender(event) != "customer"
    if path in event.unknown and not hidden:
        return OPEN
    value = None if hidden else event.values.get(path)
    if value in (None, "", ()):
        return NO
    if isinstance(operand, str) and operand.startswith("$"):
        operand = file["lists"][operand[1:]]
    return frozenset({fits(path, value, operator, operand, exact, file, event)})


def sender(event: Event) -> Any:
    return event.values.get("message.from")


def paths(block: Mapping[str, Any], file: Mapping[str, Any]) -> Iterator[str]:
    for key, value in block.items():
        if key == "use":
            yield from paths(file["conditions"][value], file)
        elif key in {"all", "any", "none"}:
            for part in value:
                yield from paths(part, file)
        else:
            yield key


def names_sender(block: Mapping[str, Any], file: Mapping[str, Any]) -> bool:
    return "message.from" in set(paths(block, file))


def speaks(rule: Rule, event: Event) -> bool:
    """Whether an event can tell a rule that it no longer holds: without a message it cannot, if that is asked for."""
    asks = set(paths(rule["if"], {"conditions": rule["conditions"]}))
    if not any(path.startswith("message.") for path in asks):
        return True
    heard = "message.from" in asks or sender(event) == "customer"
    return heard and any(event.values.get(path) for path in TEXTS)


def fits(  # noqa: PLR0911 - one for each thing to ask
    path: str, value: Any, operator: str, operand: Any, exact: bool, file: Mapping[str, Any], event: Event
) -> bool:
    many = operand if isinstance(operand, list) else [operand]
    every_or_one = all if operator.endswith("_all") else any
    if operator == "exists":
        return bool(words(path, value)) if path in TEXTS else not isinstance(value, str) or bool(value.strip())
    if operator in {"is", "in"}:
        return any(same(value, one, exact) for one in many)
    if operator in {"has_any", "has_all"}:
        return isinstance(value, tuple) and every_or_one(folded(one) in map(folded, value) for one in many)
    if operator == "count_at_least":
        return isinstance(value, tuple) and len(value) >= int(operand)
    if operator in {"at_least", "at_most", "above", "below", "between"}:
        return in_range(number(value), operator, [float(one) for one in many])
    if operator in {"before", "after", "within_last", "older_than", "during"}:
        return isinstance(value, datetime) and in_time(value, operator, operand, file, event)
    text = words(path, value)
    if operator.startswith("matches"):
        return any(re.search(one, text, 0 if exact else re.IGNORECASE) for one in many)
    letters = clusters(text if exact else folded(text))
    where = operator.partition("_")[0]
    return bool(letters) and every_or_one(found(one, letters, where, exact) for one in many)


def same(value: Any, wanted: str, exact: bool) -> bool:
    if isinstance(value, bool):
        return wanted in ({"yes", "true"} if value else {"no", "false"})
    if isinstance(value, int | float):
        return number(wanted) == value
    return isinstance(value, str) and (normal(value) == normal(wanted) if exact else folded(value) == folded(wanted))


def number(value: Any) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", value.strip()):
        return float(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def in_range(value: float | None, operator: str, bounds: list[float]) -> bool:
    if value is None:
        return False
    if operator == "between":
        return bounds[0] <= value <= bounds[1]
    (bound,) = bounds
    return {
        "at_least": value >= bound,
        "at_most": value <= bound,
        "above": value > bound,
        "below": value < bound,
    }[operator]


def in_time(value: datetime, operator: str, operand: Any, file: Mapping[str, Any], event: Event) -> bool:
    if operator == "during":
        return open_at(value, file["windows"][operand])
    if operator in {"before", "after"}:
        limit = datetime.fromisoformat(operand)
        return value < limit if operator == "before" else value > limit
    now = event.values.get("event.time")
    if not isinstance(now, datetime):
        return False
    hours = int(operand[:-1]) * {"h": 1, "d": 24, "w": 168}[operand[-1]]
    return (now - value > timedelta(hours=hours)) is (operator == "older_than")


def open_at(value: datetime, window: Mapping[str, Any]) -> bool:
    """Whether a window is open: each of its openings laid out on yesterday and today, by the clock on the wall."""
    wall = value.astimezone(ZoneInfo(window["timezone"])).replace(tzinfo=None)
    if wall.date().isoformat() in window.get("closed_on", ()):
        return False
    for opening in window["open"]:
        for back in (1, 0):
            midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=back)
            begins = midnight + clock(opening["from"])
            ends = midnight + clock(opening["to"])
            if ends <= begins:
                ends += timedelta(days=1)
            if DAYS[midnight.weekday()] in opening["days"] and begins <= wall < ends:
                return True
    return False


def clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


# Text: https://www.unicode.org/reports/tr10/#Asymmetric_Search

_BLOCK = ("p", "div", "br", "li", "ul", "blockquote", "script", "style", "h1", "table", "td", "tr")


class _Page(HTMLParser):
    def __init__(self, without: Iterable[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._without = tuple(without)
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self._inside += tag in self._without
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag in self._without
        self._block(tag)

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.said.append(data)

    def _block(self, tag: str) -> None:
        if tag in _BLOCK:
            self.said.append("\n")


def words(path: str, value: Any) -> str:
    """What a value says, as one line; a text without the history quoted below it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        return ""
    if path not in TEXTS:
        return normal(value)
    page = _Page(("script", "style") if path == "message.full_text" else ("script", "style", "blockquote"))
    page.feed(value)
    page.close()
    lines = "".join(page.said).split("\n")
    if path == "message.text":
        lines = [line for line in lines if not line.lstrip().startswith(">")]
    return normal("\n".join(lines))


def normal(text: str) -> str:
    plain = "".join(_plain(letter) for letter in text)
    return " ".join("".join(_plain(letter) for letter in unicodedata.normalize("NFKC", plain)).split())


def folded(text: str) -> str:
    return normal(normal(text).casefold())


def _plain(letter: str) -> str:
    if unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f":
        return ""
    if unicodedata.category(letter) == "Pd":
        return "-"
    if letter in "\u2018\u2019\u00b4`":
        return "'"
    return '"' if letter in "\u201c\u201d\u00ab\u00bb" else letter


Cluster = tuple[str, str]


def clusters(text: str) -> list[Cluster]:
    """Each letter with the accents on it."""
    found: list[Cluster] = []
    for letter in text:
        base, *marks = list(unicodedata.normalize("NFD", letter))
        own = base in "ИиУу" and "\u0306" in marks
        if accent(letter):
            if found:
                found[-1] = (found[-1][0], unicodedata.normalize("NFC", found[-1][1] + letter))
        elif marks and all(map(accent, marks)) and not own:
            found.append((base, "".join(marks)))
        else:
            found.append((letter, ""))
    return found


def accent(mark: str) -> bool:
    return "\u0300" <= mark <= "\u036f" or "\u064b" <= mark <= "\u0652" or "\u0591" <= mark <= "\u05bd"


def binds(letter: str) -> bool:
    """Whether a letter makes a word of what it touches; those of scripts without spaces do not."""
    if not (letter.isalnum() or letter == "_" or unicodedata.category(letter)[0] == "M"):
        return False
    name = unicodedata.name(letter, "")
    return not name.startswith(("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR"))


def found(wanted: str, letters: list[Cluster], where: str, exact: bool) -> bool:
    """Whether a phrase or a piece is in a text, by looking at each place."""
    star = where == "mentions" and wanted.endswith("*")
    wanted = wanted.removesuffix("*") if star else wanted
    needle = clusters(normal(wanted) if exact else folded(wanted))
    addresses = list(urls(letters)) if where == "mentions" else []
    if where == "mentions":
        letters, needle = opened(letters), opened(needle)
    places = range(len(letters) - len(needle) + 1)
    if where in {"starts", "ends"}:
        places = places[:1] if where == "starts" else places[-1:]
    for start in places:
        end = start + len(needle)
        if not all(map(agrees, needle, letters[start:end])):
            continue
        if where != "mentions":
            return True
        before, after = start > 0 and binds(letters[start - 1][0]), end < len(letters) and binds(letters[end][0])
        if (before and binds(needle[0][0])) or (after and binds(needle[-1][0]) and not star):
            continue
        if any(first < start < last or (first < end < last and not star) for first, last in addresses):
            continue
        return True
    return False


def agrees(wanted: Cluster, there: Cluster) -> bool:
    return wanted[0] == there[0] and (not wanted[1] or wanted[1] == there[1])


def opened(letters: list[Cluster]) -> list[Cluster]:
    """With the hyphens between two letters as spaces."""
    return [
        (" ", letter[1])
        if letter[0] == "-" and 0 < at < len(letters) - 1 and not {letters[at - 1][0], letters[at + 1][0]} & {" ", "-"}
        else letter
        for at, letter in enumerate(letters)
    ]


def urls(letters: list[Cluster]) -> Iterator[tuple[int, int]]:
    for one in re.finditer(r'(?i)(?:https?://|www\.)[^\s<>"]+', "".join(base for base, _ in letters)):
        yield one.start(), one.start() + len(one[0].rstrip(".,;:!?)]}'*_"))
