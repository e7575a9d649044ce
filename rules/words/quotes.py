"""Quoted history: what mail programs put below a reply, which the customer did not write now."""

import re

# The containers of Gmail, Yahoo, Thunderbird and Proton; every other program's quote is a blockquote.
_CONTAINER = re.compile(
    r"\b(?:class|id)\s*+=\s*+[\"']?[^\"'>]*?\b(?:gmail_quote|protonmail_quote|yahoo_quoted|moz-cite-prefix)\b",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"forwarded message", re.IGNORECASE)
_PEEK = 300

_SEPARATOR = re.compile(
    r"[-_* ]*(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale)"
    r"[-_* ]*",
    re.IGNORECASE,
)
# "On Mon, 5 Jan 2026 at 15:04, Acme <help@acme.example> wrote:" in the languages of the large mail programs.
_INTRODUCTION = re.compile(
    r"(?:on|am|le|el|il|op|den|em|w dniu|dnia)\b.*\d.*"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał)\b.{0,80}:",
    re.IGNORECASE,
)
_FROM = re.compile(r"\W?(?:from|von|de|da|van|från|fra)[ *]?:", re.IGNORECASE)
_SENT = re.compile(
    r"\W?(?:sent|date|gesendet|datum|envoyé|fecha|enviado|inviato|data|verzonden|skickat|sendt)[ *]?:",
    re.IGNORECASE,
)
_LONGEST_LINE = 300
# Most messages have none of these, and looking at each line takes longer than looking for these.
_SEPARATORS = ("origin", "ursprüngliche")
_BEFORE_A_COLON = (
    *("wrote", "schrieb", "écrit", "escribió", "scritto", "schreef", "skrev", "escreveu", "napisał"),
    *(f"{word}{mark}:" for word in ("from", "von", "de", "da", "van", "från", "fra") for mark in ("", " ", "*")),
)


def is_quote(tag: str, attributes: str, following: str) -> bool:
    """Whether an HTML element holds history. `following` is what comes right after its opening tag."""
    if tag == "blockquote":
        return True
    return bool(_CONTAINER.search(attributes)) and not _FORWARDED.search(following[:_PEEK])


def without_quotes(text: str) -> str:
    """The lines of a text that are not history: a forwarded message is kept, it is what the person wants to say."""
    if not _may_have_quotes(text):
        return text
    lines = text.split("\n")
    kept: list[str] = []
    skip = 0
    for number, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        following = lines[number + 1 : number + 4]
        if _separates(line, following, kept):
            break
        introduction = _introduction(line, following)
        if introduction and _unmarked(lines, number + introduction):
            break
        skip = max(0, introduction - 1)
        if not introduction and not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept)


def _may_have_quotes(text: str) -> bool:
    """False only where there is nothing by which any line is known as history or its introduction."""
    if ">" in text:
        return True
    lowered = text.lower()
    signs = (*_SEPARATORS, *_BEFORE_A_COLON) if ":" in lowered else _SEPARATORS
    return any(sign in lowered for sign in signs)


def _separates(line: str, following: list[str], kept: list[str]) -> bool:
    """Whether everything from this line on is history."""
    if len(line) > _LONGEST_LINE:
        return False
    if _SEPARATOR.fullmatch(line.strip()):
        return True
    if not _FROM.match(line.strip()) or not any(_SENT.match(after.strip()) for after in following):
        return False
    before = next((text for text in reversed(kept) if text.strip()), "")
    return not _FORWARDED.search(before[:_PEEK])


def _introduction(line: str, following: list[str]) -> int:
    """How many lines from here on introduce a quote: 0, 1, or 2 where the line was wrapped."""
    start = line.strip()
    if not start or len(start) > _LONGEST_LINE:
        return 0
    if start.endswith(":") and _INTRODUCTION.fullmatch(start):
        return 1
    second = following[0].strip() if following else ""
    wrapped = second.endswith(":") and len(second) <= _LONGEST_LINE
    return 2 if wrapped and _INTRODUCTION.fullmatch(f"{start} {second}") else 0


def _unmarked(lines: list[str], after: int) -> bool:
    """Whether what follows an introduction is quoted without `>` marks, so that nothing shows where it ends."""
    first = next((line for line in lines[after : after + 50] if line.strip()), ">")
    return not first.lstrip().startswith(">")
