"""Message bodies to plain text: the one way for rules and for facts.

Intercom sends HTML up to payload version 2.14 and plain text from 2.15; both come through here. One pass over the tags
of a body that was cut first, so that no input costs more than linear time (the standard library's `html.parser` needs
seconds for 100 kB of hostile input, and a tag pattern that may run past the next `<` is no better).
"""

import re
from collections.abc import Iterator
from html import unescape

from rules.words.quotes import is_quote, without_quotes

LONGEST = 65_536
"""Characters of a body that are read; the rest is dropped."""

_MARKUP = re.compile(
    r"""
    (?P<comment><!--)
    | <[!?][^<>]*+>
    | <(?P<close>/?)(?P<name>[a-z][a-z0-9-]*+(?::[a-z][\w-]*+)?)(?=[\s/>])
      (?: (?P<attributes>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)> | (?P<broken>[^<>]*+)> )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HREF = re.compile(r"""\bhref\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
# int() refuses more than 4,300 digits, and html.unescape does not ask first.
_ABSURD_REFERENCE = re.compile(r"&#(?:\d{8,}+|x[0-9a-f]{7,}+);?", re.IGNORECASE)
_URL = re.compile(r"""(?:https?://|www\.)[^\s<>"]++""", re.IGNORECASE)
_AFTER_A_URL = ".,;:!?)]}'*_"

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg"})
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"),
        *("tt", "u", "var", "wbr"),
    },
)


def to_text(body: str, *, quotes: bool) -> str:
    """The words of a body, with line breaks where blocks end. `quotes` keeps quoted history."""
    text = _Reader(body, quotes=quotes).text()
    return text if quotes else without_quotes(text)


def links(body: str) -> tuple[str, ...]:
    """The addresses a body links to or names, each once and in order; those in quoted history are left out."""
    reader = _Reader(body, quotes=False)
    text = without_quotes(reader.text())
    named = (text[start:end] for start, end in urls(text))
    return tuple(dict.fromkeys((*reader.links, *named)))


def urls(text: str) -> Iterator[tuple[int, int]]:
    """Where the web addresses in a plain text are, without the punctuation behind them."""
    for found in _URL.finditer(text):
        yield found.start(), found.start() + len(found[0].rstrip(_AFTER_A_URL))


class _Reader:
    """One pass over a body. While an element is unseen its words are held back: they count if it is never closed."""

    def __init__(self, body: str, *, quotes: bool) -> None:
        self._body = _cut(body)
        self._quotes = quotes
        self._shown: list[str] = []
        self._held: list[str] | None = None
        self._element = ""
        self._depth = 0
        self.links: list[str] = []

    def text(self) -> str:
        """The words of the body."""
        body, position = self._body, 0
        if "<" not in body:
            return _decode(body)
        last_comment = body.rfind("-->")
        while found := _markup(body, position):
            self._say(_decode(body[position : found.start()]))
            position = found.end()
            if found["name"]:
                self._tag(found)
            elif found["comment"] and position <= last_comment:
                position = body.find("-->", position) + len("-->")
        self._say(_decode(body[position:]))
        return "".join((*self._shown, *(self._held or ())))

    def _say(self, words: str) -> None:
        (self._shown if self._held is None else self._held).append(words)

    def _tag(self, found: re.Match[str]) -> None:
        _, close, name, proper, broken = found.groups()
        name, attributes = name.lower(), proper or broken or ""
        if name == "a" and self._held is None:
            self._link(attributes)
        if name not in _INLINE:
            self._say("\n")
        if self._held is not None:
            self._nested(name, closes=bool(close))
        elif not close and not attributes.endswith("/") and self._unseen(name, attributes, found.end()):
            self._element, self._depth, self._held = name, 1, []

    def _unseen(self, name: str, attributes: str, end: int) -> bool:
        return name in _UNSEEN or (not self._quotes and is_quote(name, attributes, self._body[end : end + 300]))

    def _nested(self, name: str, *, closes: bool) -> None:
        if name != self._element:
            return
        self._depth += -1 if closes else 1
        if not self._depth:
            self._held = None

    def _link(self, attributes: str) -> None:
        found = _HREF.search(attributes)
        target = _decode(found[1] or found[2] or found[3] or "").strip() if found else ""
        if target:
            self.links.append(target)


def _markup(body: str, position: int) -> re.Match[str] | None:
    """The next tag or comment. Looking for its bracket first is several times faster than having the pattern do it."""
    while (position := body.find("<", position)) >= 0:
        found = _MARKUP.match(body, position)
        if found:
            return found
        position += 1
    return None


def _cut(body: str) -> str:
    if len(body) <= LONGEST:
        return body
    body = body[:LONGEST]
    opened = body.rfind("<")
    return body[:opened] if opened > body.rfind(">") else body


def _decode(text: str) -> str:
    return unescape(_ABSURD_REFERENCE.sub("\ufffd", text)) if "&" in text else text
