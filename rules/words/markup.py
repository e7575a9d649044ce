"""Whether a text is HTML or plain, and the same text as HTML either way: the one form in which rules read texts.

Conversations are sent with HTML up to API version 2.14 and with plain text from 2.15, and no notification names its
version: docs/decisions/0012-plain-or-html.md.
https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import re
from html.entities import html5
from typing import Final

_ELEMENTS: Final = (
    *("a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "base", "big", "blockquote", "body", "br"),
    *("button", "center", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption"),
    *("figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i"),
    *("iframe", "img", "ins", "kbd", "li", "link", "main", "mark", "meta", "nav", "noscript", "ol", "p", "picture"),
    *("pre", "q", "s", "samp", "script", "section", "small", "span", "strike", "strong", "style", "sub", "summary"),
    *("sup", "svg", "table", "tbody", "td", "template", "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "var"),
    "video",
)
_BEGINS_WITH_A_TAG: Final = re.compile(rf"\s*+<(?:!--|!doctype\b|(?:{'|'.join(_ELEMENTS)})[\s/>])", re.IGNORECASE)
# Plain texts hardly ever hold a whole reference, subjects in HTML may; `?a=1&copy=2` holds none.
_AMPERSAND: Final = re.compile(r"&(?!#[0-9]++;|#[xX][0-9a-fA-F]++;)([a-zA-Z0-9]++;)?")


def is_html(body: str) -> bool:
    """Whether a text is HTML: it begins with a tag, as everything does that Intercom writes in HTML."""
    return _BEGINS_WITH_A_TAG.match(body) is not None


def as_html(body: str) -> str:
    """The text as HTML: itself, or if it is plain, such that a reader of HTML finds in it exactly what it says."""
    if is_html(body):
        return body
    return _AMPERSAND.sub(_escaped, body).replace("<", "&lt;")


def _escaped(found: re.Match[str]) -> str:
    named = found[1]
    return found[0] if named in html5 else f"&amp;{named or ''}"
