"""Requests by what is odd about them, and what becomes of each."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from service.app import PATH
from tests.service.hostile.besieged import request
from tests.service.receiver import SECRET, notification, signature

GOOD = SECRET
BROKEN = (400,)


@dataclass(frozen=True, slots=True)
class Shape:
    """`raw` makes the bytes, with a notification of its own each time; `answers` come back, and so many jobs of it."""

    raw: Callable[[], bytes]
    answers: tuple[int, ...]
    stored: int = 0

    @property
    def broken(self) -> bool:
        """Whether it is refused before anybody asks what is in it."""
        return self.answers == BROKEN


def fresh() -> bytes:
    """The body of a good notification that nobody has seen."""
    return json.dumps(notification()).encode()


def good(more: str = "", **changes: str | None) -> bytes:
    """A good webhook, but for `changes` (of `request`) and with `more` header lines."""
    return request(fresh(), more=more, **changes)  # type: ignore[arg-type]  # each is of the parameter's type


def chunked(
    *,
    size: str = "%x",
    more: str = "",
    coding: str = "chunked",
    version: str = "1.1",
    trailers: str = "",
    end: str = "\r\n",
) -> bytes:
    """A good webhook in one chunk; `size` is how its length is written."""
    body = fresh()
    head = f"Transfer-Encoding: {coding}\r\n{more}"
    start = request(body, line=f"POST {PATH} HTTP/{version}", length=None, more=head)[: -len(body)]
    length = size % len(body) if "%" in size else size
    return start + f"{length}\r\n".encode() + body + f"\r\n0\r\n{trailers}{end}".encode()


def unsigned_but_for_a_trailer() -> bytes:
    body = fresh()
    start = request(body, sign=None, length=None, more="Transfer-Encoding: chunked\r\n")[: -len(body)]
    trailer = f"X-Hub-Signature: {signature(body)}\r\n\r\n".encode()
    return start + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n" + trailer


def with_length(form: str) -> bytes:
    """A good webhook whose Content-Length is written in this form."""
    body = fresh()
    return request(body, length=form % len(body) if "%" in form else form)


def hidden_behind(*lines: str) -> bytes:
    """A good webhook within the body of another request, for whoever reads these lines in another way than we do."""
    inner = good()
    outer = f"POST {PATH} HTTP/1.1\r\nHost: a.example\r\n" + "".join(f"{line}\r\n" for line in lines)
    return outer.encode().replace(b"@inner", str(len(inner)).encode()) + b"\r\n" + inner


def get(line: str, *lines: str) -> bytes:
    return "".join(f"{one}\r\n" for one in (line, *lines, "")).encode("latin-1")


LINE = f"POST {PATH} HTTP/1.1"
JUNK = b"junk\r\n\r\n"
PLAIN = "Host: a.example"

RIGHT = {
    "a good webhook": Shape(good, (200,), 1),
    "HTTP/1.0": Shape(lambda: good(line=f"POST {PATH} HTTP/1.0"), (200,), 1),
    "in chunks": Shape(chunked, (200,), 1),
    "a chunk with an extension": Shape(lambda: chunked(size='%x;a=b;c="d"'), (200,), 1),
    "a chunk's length with zeros before": Shape(lambda: chunked(size="0000%X"), (200,), 1),
    "CHUNKED": Shape(lambda: chunked(coding="CHUNKED"), (200,), 1),
    "trailers": Shape(lambda: chunked(trailers="X-Sum: 1\r\n"), (200,), 1),
    "a second signature among the trailers": Shape(lambda: chunked(trailers="X-Hub-Signature: sha1=0\r\n"), (200,), 1),
    "a whole URL": Shape(lambda: good(line=f"POST http://b.example{PATH} HTTP/1.1"), (200,), 1),
    "an escaped path": Shape(lambda: good(line="POST /webhooks/%69ntercom HTTP/1.1"), (200,), 1),
    "a query": Shape(lambda: good(line=f"POST {PATH}?a=%00 HTTP/1.1"), (200,), 1),
    "empty lines before": Shape(lambda: b"\r\n\r\n" + good(), (200,), 1),
    "a length with zeros before": Shape(lambda: with_length("000%d"), (200,), 1),
    "a length with spaces around": Shape(lambda: with_length("  %d "), (200,), 1),
    "100-continue": Shape(lambda: good("Expect: 100-continue\r\n"), (200,), 1),
    "another expectation": Shape(lambda: good("Expect: 200-ok\r\n"), (200,), 1),
    "header values that are not ASCII": Shape(lambda: good("X: \xff\xfe\r\nX-Forwarded-For: \xff'; --\r\n"), (200,), 1),
    "a forged forwarding": Shape(lambda: good("X-Forwarded-Proto: x\r\nForwarded: for=\r\n"), (200,), 1),
    "another method in a header": Shape(lambda: good("X-HTTP-Method-Override: DELETE\r\n"), (200,), 1),
    "a hundred headers": Shape(lambda: good("".join(f"X-{n}: y\r\n" for n in range(100))), (200,), 1),
    "a header of 30 kB": Shape(lambda: good("X: " + "y" * 30_000 + "\r\n"), (200,), 1),
    "Connection: close": Shape(lambda: good("Connection: close\r\n"), (200,), 1),
    "HEAD": Shape(lambda: get(f"HEAD {PATH} HTTP/1.1", PLAIN), (200,)),
    "HEAD with a body": Shape(lambda: good(line=f"HEAD {PATH} HTTP/1.1"), (200,)),
}

ELSEWHERE = {
    "GET": Shape(lambda: get(f"GET {PATH} HTTP/1.1", PLAIN), (405,)),
    "GET with a body": Shape(lambda: good(line=f"GET {PATH} HTTP/1.1"), (405,)),
    "PUT": Shape(lambda: good(line=f"PUT {PATH} HTTP/1.1"), (405,)),
    "TRACE": Shape(lambda: get(f"TRACE {PATH} HTTP/1.1", PLAIN), (405,)),
    "OPTIONS of all": Shape(lambda: get("OPTIONS * HTTP/1.1", PLAIN), (404,)),
    "a slash behind the path": Shape(lambda: good(line=f"POST {PATH}/ HTTP/1.1"), (404,)),
    "two slashes": Shape(lambda: good(line=f"POST /{PATH} HTTP/1.1"), (404,)),
    "dots in the path": Shape(lambda: good(line="POST /a/../webhooks/intercom HTTP/1.1"), (404,)),
    "NUL in the path": Shape(lambda: good(line=f"POST {PATH}%00 HTTP/1.1"), (404,)),
    "a broken escape in the path": Shape(lambda: good(line="POST /%zz HTTP/1.1"), (404,)),
    "bytes in the path that are not UTF-8": Shape(lambda: good(line="POST /%ff%fe HTTP/1.1"), (404,)),
    "the path in upper case": Shape(lambda: good(line=f"POST {PATH.upper()} HTTP/1.1"), (404,)),
    "a path of 20 kB": Shape(lambda: good(line=f"POST /{'a' * 20_000} HTTP/1.1"), (404,)),
}

WRONG = {
    "nothing": Shape(lambda: b"", ()),
    "an empty line": Shape(lambda: b"\r\n", ()),
    "half a head": Shape(lambda: good()[:60], ()),
    "half a body": Shape(lambda: good()[:-10], ()),
    "HTTP/0.9": Shape(f"GET {PATH}\r\n".encode, ()),
    "HTTP/0.9 and a head": Shape(lambda: good(line=f"POST {PATH} HTTP/0.9"), BROKEN),
    "HTTP/2.0": Shape(lambda: good(line=f"POST {PATH} HTTP/2.0"), BROKEN),
    "HTTP/9.9": Shape(lambda: good(line=f"POST {PATH} HTTP/9.9"), BROKEN),
    "HTTP/1.1.1": Shape(lambda: good(line=f"POST {PATH} HTTP/1.1.1"), BROKEN),
    "http/1.1": Shape(lambda: good(line=f"POST {PATH} http/1.1"), BROKEN),
    "the preface of HTTP/2": Shape(lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", BROKEN),
    "TLS": Shape(lambda: bytes.fromhex("16030100c8010000c40303") + bytes(range(193)), BROKEN),
    "SSH": Shape(lambda: b"SSH-2.0-client\r\n", BROKEN),
    "a command for Redis": Shape(lambda: b"*1\r\n$8\r\nFLUSHALL\r\n", BROKEN),
    "a PROXY line": Shape(lambda: b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + good(), BROKEN),
    "a byte order mark": Shape(lambda: b"\xef\xbb\xbf" + good(), BROKEN),
    "NUL before": Shape(lambda: b"\0" + good(), BROKEN),
    "only NUL": Shape(lambda: b"\0" * 1_000, BROKEN),
    "every byte": Shape(lambda: bytes(range(256)), BROKEN),
    "an answer": Shape(lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", BROKEN),
    "no path": Shape(lambda: b"POST\r\n\r\n", BROKEN),
    "CONNECT": Shape(lambda: get("CONNECT b.example:443 HTTP/1.1", PLAIN), BROKEN),
    "an upgrade to a web socket": Shape(lambda: good("Connection: Upgrade\r\nUpgrade: websocket\r\n"), BROKEN),
    "an upgrade to HTTP/2": Shape(lambda: good("Connection: Upgrade\r\nUpgrade: h2c\r\n") + good(), BROKEN),
    "a method in lower case": Shape(lambda: good(line=f"post {PATH} HTTP/1.1"), BROKEN),
    "an invented method": Shape(lambda: good(line=f"PSOT {PATH} HTTP/1.1"), BROKEN),
    "tabs for spaces": Shape(lambda: good(line=f"POST\t{PATH}\tHTTP/1.1"), BROKEN),
    "a path that is not ASCII": Shape(lambda: good(line="POST /webhooks/\xe9 HTTP/1.1"), BROKEN),
    "a URL without a path": Shape(lambda: good(line="POST http://b.example HTTP/1.1"), BROKEN),
    "only line feeds": Shape(lambda: good().replace(b"\r\n", b"\n"), BROKEN),
    "only carriage returns": Shape(lambda: good().replace(b"\r\n", b"\r"), BROKEN),
    "no Host": Shape(lambda: good().replace(b"Host: a.example\r\n", b""), BROKEN),
    "two Hosts": Shape(lambda: good("Host: b.example\r\n"), BROKEN),
    "NUL in a value": Shape(lambda: good("X: a\0b\r\n"), BROKEN),
    "NUL in a name": Shape(lambda: good("X\0: a\r\n"), BROKEN),
    "a carriage return in a value": Shape(lambda: good("X: a\rb\r\n"), BROKEN),
    "a space before the colon": Shape(lambda: good("X : a\r\n"), BROKEN),
    "a folded header": Shape(lambda: good("X: a\r\n b\r\n"), BROKEN),
    "a header without a name": Shape(lambda: good(": a\r\n"), BROKEN),
    "a header without a colon": Shape(lambda: good("X\r\n"), BROKEN),
    "a name that is not ASCII": Shape(lambda: good("\xe9: a\r\n"), BROKEN),
    "two lengths": Shape(lambda: good("Content-Length: 5\r\n"), BROKEN),
    "the same length twice in one": Shape(lambda: with_length("%d, 5"), BROKEN),
    "a negative length": Shape(lambda: with_length("-%d"), BROKEN),
    "a length with a plus sign": Shape(lambda: with_length("+%d"), BROKEN),
    "a length in hexadecimal": Shape(lambda: with_length("0x%x"), BROKEN),
    "a length with a point": Shape(lambda: with_length("%d.0"), BROKEN),
    "a length of letters": Shape(lambda: with_length("many"), BROKEN),
    "an empty length": Shape(lambda: with_length(" "), BROKEN),
    "a length of 40 digits": Shape(lambda: with_length("9" * 40), BROKEN),
    "a length of 2^64": Shape(lambda: with_length(str(2**64)), BROKEN),
    "a length of 2^64 - 1": Shape(lambda: with_length(str(2**64 - 1)), (413,)),
    "a length of 2 MiB": Shape(lambda: with_length(str(2 * 1024 * 1024)), (413,)),
    "a length that is too long": Shape(lambda: request(fresh(), length="2000"), ()),
    "a length that is too short": Shape(lambda: request(fresh(), length="200"), (401,)),
    "no length": Shape(lambda: good(length=None), (401,)),
    "a length of nothing": Shape(lambda: with_length("0"), (401,)),
    "a length and chunks": Shape(lambda: chunked(more="Content-Length: 5\r\n"), BROKEN),
    "chunks that are none": Shape(lambda: good("Transfer-Encoding: chunked\r\n"), BROKEN),
    "identity": Shape(lambda: good("Transfer-Encoding: identity\r\n"), BROKEN),
    "an unknown coding": Shape(lambda: chunked(coding="xchunked"), BROKEN),
    "chunked, identity": Shape(lambda: chunked(coding="chunked, identity"), BROKEN),
    "identity, chunked": Shape(lambda: chunked(coding="identity, chunked"), BROKEN),
    "gzip, chunked": Shape(lambda: chunked(coding="gzip, chunked"), BROKEN),
    "chunked twice": Shape(lambda: chunked(more="Transfer-Encoding: chunked\r\n"), BROKEN),
    "chunked twice in one": Shape(lambda: chunked(coding="chunked, chunked"), BROKEN),
    "chunked behind a vertical tab": Shape(lambda: chunked(coding="\x0bchunked"), BROKEN),
    "chunked in quotes": Shape(lambda: chunked(coding='"chunked"'), BROKEN),
    "chunks in HTTP/1.0": Shape(lambda: chunked(version="1.0"), BROKEN),
    "a chunk's length with a minus": Shape(lambda: chunked(size="-%x"), BROKEN),
    "a chunk's length with 0x": Shape(lambda: chunked(size="0x%x"), BROKEN),
    "a chunk's length of letters": Shape(lambda: chunked(size="zz"), BROKEN),
    "a chunk's length of 17 digits": Shape(lambda: chunked(size="f" * 17), BROKEN),
    "a chunk's length that is too short": Shape(lambda: chunked(size="5"), BROKEN),
    "a chunk's length that is too long": Shape(lambda: chunked(size="ffff"), ()),
    "a chunk's length and a line feed": Shape(lambda: chunked(size="%x;a\n"), BROKEN),
    "chunks without an end": Shape(lambda: chunked(end=""), ()),
    "only a signature among the trailers": Shape(unsigned_but_for_a_trailer, (401,)),
    "a webhook in another's body, as none": Shape(lambda: hidden_behind("Content-Length: 0"), (401, 200), 1),
    "a webhook in another's body, by length": Shape(lambda: hidden_behind("Content-Length: @inner"), (401,)),
    "a webhook in another's body, by 0 and length": Shape(
        lambda: hidden_behind("Content-Length: 0", "Content-Length: @inner"), BROKEN
    ),
    "a webhook in another's body, by length and chunks": Shape(
        lambda: hidden_behind("Content-Length: @inner", "Transfer-Encoding: chunked"), BROKEN
    ),
    "a webhook in another's body, by hidden chunks": Shape(
        lambda: hidden_behind("Content-Length: @inner", "Transfer-Encoding : chunked"), BROKEN
    ),
    "a webhook in another's body, by a hidden length": Shape(
        lambda: hidden_behind("X: y\rContent-Length: @inner"), BROKEN
    ),
    "headers of 40 kB": Shape(lambda: good("X: " + "y" * 40_000 + "\r\n"), (431,)),
    "2,000 headers": Shape(lambda: good("".join(f"X-{n}: y{n:020}\r\n" for n in range(2_000))), (431,)),
    "a path of 40 kB": Shape(lambda: good(line=f"POST /{'a' * 40_000} HTTP/1.1"), (431,)),
    "trailers of 40 kB": Shape(lambda: chunked(trailers="X: " + "y" * 40_000 + "\r\n"), (200,), 1),
}

IN_A_ROW = {
    "two good ones": Shape(lambda: good() + good(), (200, 200), 2),
    "a bad one, a good one": Shape(lambda: good(sign="another-secret") + good(), (401, 200), 1),
    "a good one, a bad one": Shape(lambda: good() + good(sign="another-secret"), (200, 401), 1),
    "a good one, junk": Shape(lambda: good() + JUNK, (200,), 1),
    "two good ones, junk, a good one": Shape(lambda: good() + good() + JUNK + good(), (200, 200), 2),
    "junk, a good one": Shape(lambda: JUNK + good(), BROKEN),
    "a good one, half a head": Shape(lambda: good() + good()[:50], (200,), 1),
    "a good one, half a body": Shape(lambda: good() + good()[:-5], (200,), 1),
    "a good one, a bad chunk": Shape(lambda: good() + chunked(size="zz"), (200,), 1),
    "a good one, large headers": Shape(lambda: good() + good("X: " + "y" * 40_000 + "\r\n"), (200,), 1),
    "a good one, no Host": Shape(lambda: good() + get(LINE, "Content-Length: 0"), (200,), 1),
    "a good one, an upgrade": Shape(lambda: good() + good("Connection: Upgrade\r\nUpgrade: h2c\r\n"), (200,), 1),
    "a good one, TLS": Shape(lambda: good() + bytes.fromhex("1603010200010001fc0303"), (200,), 1),
    "a last one, another": Shape(lambda: good("Connection: close\r\n") + good(), (200,), 1),
    "HEAD, a good one": Shape(lambda: get(f"HEAD {PATH} HTTP/1.1", PLAIN) + good(), (200, 200), 1),
    "another path, a good one": Shape(lambda: good(line="POST / HTTP/1.1") + good(), (404, 200), 1),
    "too large a one, a good one": Shape(lambda: request(b" " * 1_100_000) + good(), (413, 200), 1),
    "chunks, a good one": Shape(lambda: chunked() + good(), (200, 200), 2),
}

SHAPES = RIGHT | ELSEWHERE | WRONG | IN_A_ROW
