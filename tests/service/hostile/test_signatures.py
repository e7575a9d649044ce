"""Signatures that are nearly right, and the few other headers that are looked at."""

import base64
import hashlib
import hmac
from collections.abc import Callable

import pytest

from service.app import PATH
from tests.redis_server import RedisServer
from tests.service.hostile.besieged import besieged
from tests.service.hostile.shapes import fresh
from tests.service.receiver import SECRET, signature

Lines = Callable[[bytes], str]
"""The header lines that are sent with a body, in Latin-1."""

JSON = "Content-Type: application/json\r\n"


def utf8(text: str) -> str:
    """Characters whose Latin-1 bytes are the UTF-8 of `text`."""
    return text.encode().decode("latin-1")


def signed(body: bytes, secret: str = SECRET) -> str:
    return f"X-Hub-Signature: {signature(body, secret)}\r\n"


def by(name: str, body: bytes, secret: bytes = SECRET.encode()) -> str:
    """The hexadecimal HMAC of `body`."""
    return hmac.new(secret, body, name).hexdigest()


def lines(form: str) -> Lines:
    """One signature header of this form; `@` is the right 40 digits."""
    return lambda body: f"X-Hub-Signature: {form.replace('@', by('sha1', body))}\r\n"


RIGHT: dict[str, Lines] = {
    "right": lines("sha1=@"),
    "name in upper case": lambda body: signed(body).replace("X-Hub-Signature", "X-HUB-SIGNATURE"),
    "name in lower case": lambda body: signed(body).replace("X-Hub-Signature", "x-hub-signature"),
    "no space before": lambda body: signed(body).replace(": ", ":"),
    "spaces and tabs before": lines(" \t sha1=@"),
    "beside one of another name": lambda body: signed(body) + "X-Hub-Signature-256: sha256=0\r\n",
    "beside one with underscores": lambda body: signed(body) + "X_Hub_Signature: sha1=0\r\n",
}

WRONG: dict[str, Lines] = {
    "none": lambda _: "",
    "empty": lines(""),
    "only the algorithm": lines("sha1="),
    "no algorithm": lines("@"),
    "algorithm in upper case": lines("SHA1=@"),
    "algorithm twice": lines("sha1=sha1=@"),
    "another algorithm's name": lines("sha256=@"),
    "a colon": lines("sha1:@"),
    "a space behind the sign": lines("sha1= @"),
    "a space before the sign": lines("sha1 =@"),
    "in quotes": lines('"sha1=@"'),
    "digits in quotes": lines('sha1="@"'),
    "a digit too many": lines("sha1=@0"),
    "a letter too many": lines("sha1=@\xff"),
    "twice in a row": lines("sha1=@@"),
    "a list": lines("sha1=@, sha1=@"),
    "a list with a bad one": lines("sha1=" + "0" * 40 + ", sha1=@"),
    "with parameters": lines("sha1=@;v=1"),
    "behind the name of a key": lines("keyId=a,sha1=@"),
    "percent-encoded": lines("sha1%3D@"),
    "not ASCII": lines("sha1=é" + "0" * 39),
    "full-width digits": lambda body: (
        "X-Hub-Signature: sha1=" + utf8("".join(chr(ord(digit) + 0xFEE0) for digit in by("sha1", body))) + "\r\n"
    ),
    "a look-alike": lambda body: signed(body).replace("sha1", utf8("\u0455ha1")),
    "bytes that are not UTF-8": lines("sha1=" + "\xff" * 40),
    "a space behind": lines("sha1=@ "),
    "a no-break space behind": lines("sha1=@\xa0"),
    "zeros": lines("sha1=" + "0" * 40),
    "letters that are no digits": lines("sha1=" + "g" * 40),
    "in upper case": lambda body: f"X-Hub-Signature: sha1={by('sha1', body).upper()}\r\n",
    "first letter in upper case": lambda body: signed(body).replace("sha1=", "Sha1="),
    "a digit too few": lambda body: signed(body)[:-3] + "\r\n",
    "half of it": lambda body: signed(body)[:-22] + "\r\n",
    "last digit wrong": lambda body: signed(body)[:-3] + ("0" if signed(body)[-3] != "0" else "1") + "\r\n",
    "in another order": lambda body: f"X-Hub-Signature: sha1={by('sha1', body)[::-1]}\r\n",
    "in Base64": lambda body: f"X-Hub-Signature: sha1={base64.b64encode(bytes.fromhex(by('sha1', body))).decode()}\r\n",
    "SHA-256": lambda body: f"X-Hub-Signature: sha256={by('sha256', body)}\r\n",
    "SHA-256, called SHA-1": lambda body: f"X-Hub-Signature: sha1={by('sha256', body)}\r\n",
    "SHA-256, cut to size": lambda body: f"X-Hub-Signature: sha1={by('sha256', body)[:40]}\r\n",
    "MD5": lambda body: f"X-Hub-Signature: sha1={by('md5', body)}\r\n",
    "no HMAC": lambda body: f"X-Hub-Signature: sha1={hashlib.sha1(SECRET.encode() + body).hexdigest()}\r\n",  # noqa: S324
    "no secret": lambda body: f"X-Hub-Signature: sha1={by('sha1', body, b'')}\r\n",
    "the secret and a line end": lambda body: signed(body, f"{SECRET}\n"),
    "the secret in upper case": lambda body: signed(body, SECRET.upper()),
    "another secret": lambda body: signed(body, "another-secret"),
    "secret and body exchanged": lambda body: f"X-Hub-Signature: sha1={by('sha1', SECRET.encode(), body)}\r\n",
    "another body's": lambda _: signed(fresh()),
    "an empty body's": lambda _: signed(b""),
    "the body without its last byte": lambda body: signed(body[:-1]),
    "the body and a line end": lambda body: signed(body + b"\n"),
    "two headers": lambda body: signed(body) * 2,
    "a bad one behind": lambda body: signed(body) + signed(body, "another-secret"),
    "a bad one before": lambda body: signed(body, "another-secret") + signed(body),
    "an empty one behind": lambda body: signed(body) + "X-Hub-Signature:\r\n",
    "two in different letters": lambda body: signed(body) + signed(body).replace("X-Hub", "x-hub"),
    "another header": lambda body: signed(body).replace("X-Hub-Signature", "X-Hub-Signature-256"),
    "underscores": lambda body: signed(body).replace("X-Hub-Signature", "X_Hub_Signature"),
    "authorization": lambda body: signed(body).replace("X-Hub-Signature", "Authorization"),
    "a cookie": lambda body: signed(body).replace("X-Hub-Signature: ", "Cookie: x-hub-signature="),
    "30 kB": lines("sha1=" + "a" * 30_000),
}

BROKEN: dict[str, Lines] = {
    "NUL": lines("sha1=@\0"),
    "folded": lines("sha1=\r\n @"),
    "a space behind the name": lambda body: signed(body).replace(":", " :"),
    "a name that is not ASCII": lambda body: signed(body).replace("Hub", "H\xfcb"),
    "a carriage return": lines("sha1=@\r"),
    "40 kB": lines("sha1=" + "a" * 40_000),
}


async def test_only_the_one_right_signature_in_its_one_form_is_good(redis_server: RedisServer) -> None:
    async with besieged(redis_server) as receiver:
        for cases, statuses in ((RIGHT, {200}), (WRONG, {401}), (BROKEN, {400, 431})):
            answers = {name: await receiver.send(with_headers(JSON, case)) for name, case in cases.items()}

            assert {
                name: found for name, found in answers.items() if not (len(found) == 1 and {*found} <= statuses)
            } == {}

        assert await receiver.outcomes() == {"stored": len(RIGHT), "bad signature": len(WRONG)}
        assert len(await receiver.jobs()) == len(RIGHT)
        await receiver.stands()


CONTENT_TYPES = {
    "none": ("", 415),
    "empty": ("Content-Type:\r\n", 415),
    "two": (JSON * 2, 415),
    "a list": ("Content-Type: application/json, text/plain\r\n", 415),
    "text": ("Content-Type: text/plain\r\n", 415),
    "text/json": ("Content-Type: text/json\r\n", 415),
    "a form": ("Content-Type: application/x-www-form-urlencoded\r\n", 415),
    "several parts": ("Content-Type: multipart/form-data; boundary=application/json\r\n", 415),
    "another kind of JSON": ("Content-Type: application/ld+json\r\n", 415),
    "a letter more": ("Content-Type: application/jsonp\r\n", 415),
    "a parameter alone": ("Content-Type: ;application/json\r\n", 415),
    "not ASCII": ("Content-Type: application/jso\xf1\r\n", 415),
    "a no-break space": ("Content-Type: application/json\xa0\r\n", 415),
    "in upper case": ("Content-Type: APPLICATION/JSON\r\n", 200),
    "a parameter": ("Content-Type: application/json ; charset=utf-8\r\n", 200),
    "odd parameters": ("Content-Type: application/json;;=\xff\r\n", 200),
}


async def test_a_signed_body_of_another_type_is_refused(redis_server: RedisServer) -> None:
    async with besieged(redis_server) as receiver:
        answers = {name: await receiver.send(with_headers(line, signed)) for name, (line, _) in CONTENT_TYPES.items()}
        outcomes = await receiver.outcomes()

    assert answers == {name: [status] for name, (_, status) in CONTENT_TYPES.items()}
    assert outcomes == {"not json": 13, "stored": 3}


@pytest.mark.parametrize("length", [0, 1, 1024 * 1024])
async def test_who_does_not_sign_is_told_nothing_about_the_body(redis_server: RedisServer, length: int) -> None:
    async with besieged(redis_server) as receiver:
        answer = await receiver.client.post(receiver.program.urls[0], content=b"{" * length)

    assert (answer.status_code, answer.text.startswith("X-Hub-Signature does not fit")) == (401, True)


def with_headers(more: str, case: Lines) -> bytes:
    body = fresh()
    head = f"POST {PATH} HTTP/1.1\r\nHost: a.example\r\nContent-Length: {len(body)}\r\n{more}{case(body)}\r\n"
    return head.encode("latin-1") + body
