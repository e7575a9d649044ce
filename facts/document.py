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

_BUT_BRACKETS_AND_QUOTES: Final = bytes(set(range(256)) - set(b'[]{}"'))
_AS_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_AS_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_RUN: Final = b"0" * (DIGITS + 1)
_LONG_NUMBER: Final = re.compile(rb"(?<![0-9.eE+])[0-9]{%d}" % (DIGITS + 1))


class Malformed(Exception):
    """The bytes are not a notification: sending them again would not help. The message says why, in words."""


def parse(body: bytes, decoder: msgspec.json.Decoder[_Document]) -> _Document:
    """The document in `body`, as `decoder` types it; numbers out of range in parts it skips are not looked at.

    Raises `Malformed` for anything but one JSON document in UTF-8 without lone surrogates, nested at most `DEPTH`
    deep, its integers at most `DIGITS` digits long.
    """
    document = _decode(body, decoder)
    if _too_deep(body):
        raise Malformed(f"lists and objects are nested deeper than {DEPTH}")
    if _has_long_number(body):
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


def _too_deep(body: bytes) -> bool:
    """Whether a valid document nests deeper than `DEPTH`."""
    brackets = _brackets(body)
    if len(brackets) <= 2 * DEPTH:
        return False
    plain = _unescaped(body)
    if plain is not body:
        brackets = _brackets(plain)
    if b'"' in brackets:
        brackets = _brackets(_outside_strings(plain))
    steps = memoryview(brackets.translate(_AS_STEPS)).cast("b")
    return max(itertools.accumulate(steps), default=0) > DEPTH


def _brackets(text: bytes) -> bytes:
    """All brackets, and at least one quote if some of them stand in strings (and no quote is escaped)."""
    return text.translate(None, _BUT_BRACKETS_AND_QUOTES).replace(b'""', b"")


def _has_long_number(body: bytes) -> bool:
    """Whether a valid document has a number with more than `DIGITS` digits before the point."""
    if _LONG_RUN not in body.translate(_AS_ZEROS):
        return False
    return _LONG_NUMBER.search(_outside_strings(_unescaped(body))) is not None


def _unescaped(body: bytes) -> bytes:
    """A valid document none of whose strings holds a quote."""
    return body.replace(b"\\\\", b"").replace(b'\\"', b"") if b'\\"' in body else body


def _outside_strings(plain: bytes) -> bytes:
    return b"".join(plain.split(b'"')[::2])
