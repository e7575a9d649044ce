"""One JSON document from outside: parsed by one parser, within limits that no honest notification comes near."""

import itertools
import re
from typing import Final, TypeVar

import msgspec

DEPTH: Final = 64
"""How deep lists and objects may nest."""

DIGITS: Final = 20
"""How many digits an integer, or the whole part of a fraction, may have."""

_Document = TypeVar("_Document")

_EVERY_BYTE: Final = frozenset(range(256))
_BUT_BRACKETS: Final = bytes(_EVERY_BYTE - set(b"[]{}"))
_BUT_BRACKETS_AND_QUOTES: Final = bytes(_EVERY_BYTE - set(b'[]{}"'))
_AS_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_AS_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_STRIDE: Final = 3
_LONG_RUN: Final = b"0" * ((DIGITS + 1) // _STRIDE)
_LONG_NUMBER: Final = re.compile(rb"(?<![0-9.eE+])[0-9]{%d}" % (DIGITS + 1))


class Malformed(Exception):
    """The bytes are not a notification: sending them again would not help. The message says why, in words."""


def parse(body: bytes, decoder: msgspec.json.Decoder[_Document]) -> _Document:
    """The document in `body`, as `decoder` types it; numbers out of range in parts it skips are not looked at.

    Raises `Malformed` for anything but one JSON document in UTF-8 without lone surrogates, nested at most `DEPTH`
    deep, its integers at most `DIGITS` digits long.
    """
    document = _decode(body, decoder)
    if _may_nest_too_deep(body) and _depth(body) > DEPTH:
        raise Malformed(f"lists and objects are nested deeper than {DEPTH}")
    if _may_have_long_number(body) and _LONG_NUMBER.search(_outside_strings(body)):
        raise Malformed(f"a number has more than {DIGITS} digits")
    return document


def _decode(body: bytes, decoder: msgspec.json.Decoder[_Document]) -> _Document:
    try:
        body.decode()  # the parser does not check UTF-8 in what it skips
        return decoder.decode(body)
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8: byte {error.start} is {body[error.start]:#04x}") from None
    except RecursionError:
        raise Malformed(f"lists and objects are nested deeper than {DEPTH}") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed(str(error)) from None


def _may_nest_too_deep(body: bytes) -> bool:
    return body.count(b"{") + body.count(b"[") > DEPTH


def _depth(body: bytes) -> int:
    """How deep a valid document nests."""
    # A pair of quotes with nothing but deleted bytes between them goes; a quote is left if a string holds a bracket.
    brackets = body.translate(None, _BUT_BRACKETS_AND_QUOTES).replace(b'""', b"")
    if b'"' in brackets or b'\\"' in body:
        brackets = _outside_strings(body).translate(None, _BUT_BRACKETS)
    steps = memoryview(brackets.translate(_AS_STEPS)).cast("b")
    return max(itertools.accumulate(steps), default=0)


def _may_have_long_number(body: bytes) -> bool:
    # A run of 21 digits shows as 7 of them in every third byte, which costs a third of looking at all.
    return _LONG_RUN in body[::_STRIDE].translate(_AS_ZEROS)


def _outside_strings(body: bytes) -> bytes:
    """A valid document without its strings."""
    unescaped = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(unescaped.split(b'"')[::2])
