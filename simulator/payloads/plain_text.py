"""HTML as somebody reads it.

That Intercom sends conversations so from payload version 2.15 is documented, how it does is not: here each block is a
line of its own, and a link is the words that it stands behind.
"""

from html.parser import HTMLParser

_BLOCKS = frozenset({"blockquote", "br", "div", "h1", "h2", "h3", "hr", "li", "ol", "p", "pre", "table", "tr", "ul"})


class _Reader(HTMLParser):
    """Collects what is not markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        """Words."""
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        """The beginning of an element."""
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        """Its end."""
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS and self.pieces and self.pieces[-1] != "\n":
            self.pieces.append("\n")


def plain_text(html: str) -> str:
    """The words of a piece of HTML; a text without any tag is taken for plain already."""
    if "<" not in html and "&" not in html:
        return html
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces).strip("\n")
