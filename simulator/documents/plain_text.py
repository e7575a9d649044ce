"""HTML as somebody reads it."""

from html.parser import HTMLParser

_ENDS_A_LINE = {"p", "div", "li", "h1", "h2", "tr"}


class _Reader(HTMLParser):
    """Collects what is not markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        """Words."""
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as HTMLParser has it
        """The beginning of an element; `br` has no end."""
        if tag == "br":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of an element."""
        if tag in _ENDS_A_LINE:
            self.pieces.append("\n")


def plain_text(html: str) -> str:
    """The words of a piece of HTML, a line for each paragraph."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces).strip()
