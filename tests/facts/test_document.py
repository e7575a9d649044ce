"""What passes for one JSON document."""

import json

import msgspec
import pytest

from facts.document import DEPTH, DIGITS, Malformed, parse
from facts.notification import Notification, read

ANYTHING = msgspec.json.Decoder()
ENVELOPE = (
    b'{"type":"notification_event","app_id":"a","topic":"ping","id":null,"created_at":1754900100,"data":{"item":%b}}'
)
ENVELOPE_DEPTH = 2


def enveloped(item: bytes) -> bytes:
    return ENVELOPE.replace(b"%b", item)


GOOD = {
    "empty": b"{}",
    "every escape": rb'{"a":"\"\\\/\b\f\n\r\t\u00e9"}',
    "a surrogate pair": rb'{"a":"\ud83d\ude00"}',
    "an escaped NUL": rb'{"a":"\u0000"}',
    "a noncharacter": rb'{"a":"\uffff"}',
    "delete, unescaped": b'{"a":"\x7f"}',
    "four-byte UTF-8": '{"a":"😀 漢字 é"}'.encode(),
    "white space": b' \t\r\n{ "a"\n:\t[ 1 ,\r2 ] } ',
    "a repeated key": b'{"a":1,"a":2}',
    "an empty key": b'{"":0}',
    "minus zero": b'{"a":-0}',
    "exponents": b'{"a":[1e5,1E+2,1.5e-7,0e0]}',
    "a number too large for a float": b'{"a":1e999}',
    "a number too small for a float": b'{"a":1e-999}',
    "a long fraction": b'{"a":0.' + b"1" * 400 + b"}",
    "the longest integer": b'{"a":-' + b"9" * DIGITS + b"}",
    "long digits in a text": b'{"a":"' + b"9" * 500 + b'"}',
    "long digits behind an escaped quote": rb'{"a":"\"' + b"9" * 500 + rb'\\"}',
    "brackets in a text": b'{"a":"' + b"[{" * 500 + b'"}',
    "brackets between escaped quotes": rb'{"a":"\"' + b"[" * 500 + rb'\""}',
    "brackets behind an escaped backslash": rb'{"a":"\\","b":"' + b"[" * 500 + b'"}',
    "brackets in many texts": b'{"a":[' + b'"[","{",' * 100 + b'"\\"["]}',
    "many lists side by side": b'{"a":[' + b"[],{}," * 1000 + b"[]]}",
}

BAD = {
    "nothing": b"",
    "cut in a text": b'{"a":"b',
    "cut in a number": b'{"a":-',
    "cut in a list": b'{"a":[1,',
    "cut in a key": b'{"a',
    "cut in an escape": b'{"a":"\\',
    "cut in a hex escape": rb'{"a":"\u00',
    "an unclosed list": b'{"a":[}',
    "a comma too many": b'{"a":1,}',
    "a comma too many in a list": b'{"a":[1,]}',
    "two commas": b'{"a":[1,,2]}',
    "no comma": b'{"a":[1 2]}',
    "no colon": b'{"a" 1}',
    "a key that is a number": b"{1:1}",
    "a key without quotes": b"{a:1}",
    "single quotes": b"{'a':1}",
    "a comment": b'{"a":1/**/}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":Infinity}',
    "minus Infinity": b'{"a":-Infinity}',
    "True": b'{"a":True}',
    "a plus sign": b'{"a":+1}',
    "a leading zero": b'{"a":012}',
    "a bare point": b'{"a":1.}',
    "a leading point": b'{"a":.5}',
    "hexadecimal": b'{"a":0x1F}',
    "an empty exponent": b'{"a":1e}',
    "an unknown escape": rb'{"a":"\x41"}',
    "a short hex escape": rb'{"a":"\u12"}',
    "a wrong hex escape": rb'{"a":"\u12zz"}',
    "a lone high surrogate": rb'{"a":"\ud83d"}',
    "a lone low surrogate": rb'{"a":"\ude00"}',
    "surrogates the wrong way round": rb'{"a":"\ude00\ud83d"}',
    "a lone surrogate in a key": rb'{"\ud83d":1}',
    "an encoded surrogate": b'{"a":"\xed\xa0\x80"}',
    "a line break in a text": b'{"a":"\n"}',
    "NUL in a text": b'{"a":"\x00"}',
    "NUL between": b'{"a"\x00:1}',
    "a stray byte": b'{"a":"\xff"}',
    "a stray byte in a key": b'{"\xff":1}',
    "Latin-1": '{"a":"é"}'.encode("latin-1"),
    "an overlong encoding": b'{"a":"\xc0\xaf"}',
    "half a character": b'{"a":"\xe2\x82"}',
    "beyond Unicode": b'{"a":"\xf4\xbf\xbf\xbf"}',
    "an integer of 21 digits": b'{"a":' + b"9" * (DIGITS + 1) + b"}",
    "a negative one": b'{"a":-' + b"9" * (DIGITS + 1) + b"}",
    "21 digits before the point": b'{"a":' + b"9" * (DIGITS + 1) + b".5}",
    "an integer of 5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "100,000 open lists": b'{"a":' + b"[" * 100_000,
    "100,000 open objects": b'{"a":' * 100_000,
    "100,000 nested lists": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("item", GOOD.values(), ids=GOOD.keys())
def test_valid_json_passes_wherever_it_stands(item: bytes) -> None:
    assert isinstance(read(enveloped(item)), Notification)


@pytest.mark.parametrize("item", BAD.values(), ids=BAD.keys())
def test_bad_json_is_malformed_wherever_it_stands(item: bytes) -> None:
    with pytest.raises(Malformed):
        read(enveloped(item))
    with pytest.raises(Malformed):
        read(item)
    with pytest.raises(Malformed):
        parse(item, ANYTHING)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xef\xbb\xbf" + enveloped(b"{}"), id="byte order mark"),
        pytest.param(enveloped(b"{}") + b"x", id="something behind"),
        pytest.param(enveloped(b"{}") + b"\x00", id="NUL behind"),
        pytest.param(enveloped(b"{}") * 2, id="two documents"),
        pytest.param(enveloped(b"{}").decode().encode("utf-16"), id="UTF-16"),
        pytest.param(enveloped(b"{}").decode().encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(enveloped(b"{}").decode().encode("utf-32"), id="UTF-32"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"notification_event"', id="a text"),
        pytest.param(b"1754900100", id="a number"),
        pytest.param(b" ", id="white space"),
        pytest.param(b"payload=%7B%7D", id="a form"),
        pytest.param(b"<notification/>", id="XML"),
        pytest.param(bytes(range(256)), id="every byte"),
    ],
)
def test_another_kind_of_body_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(body)


def test_a_document_cut_anywhere_is_malformed() -> None:
    body = enveloped(rb'{"a":["\u00e9\\",-1.5e3,true,null,{"b":{}}]}')

    for end in range(len(body)):
        with pytest.raises(Malformed):
            read(body[:end])


@pytest.mark.parametrize("filler", [b"", b',"x":"[{"', rb',"x":"\\\"]}"', b',"x":[' + b"[]," * 200 + b"[]]"])
def test_depth_is_counted_outside_texts(filler: bytes) -> None:
    fits = enveloped(
        b'{"a":' + b"[" * (DEPTH - ENVELOPE_DEPTH - 1) + b"]" * (DEPTH - ENVELOPE_DEPTH - 1) + filler + b"}"
    )
    deeper = enveloped(b'{"a":' + b"[" * (DEPTH - ENVELOPE_DEPTH) + b"]" * (DEPTH - ENVELOPE_DEPTH) + filler + b"}")

    assert isinstance(read(fits), Notification)
    with pytest.raises(Malformed, match="nested deeper than 64"):
        read(deeper)


def test_the_message_names_the_byte_that_is_not_utf8() -> None:
    with pytest.raises(Malformed, match="not UTF-8: byte 6 is 0xff"):
        parse(b'{"a":"\xff"}', ANYTHING)


def test_a_document_is_what_its_decoder_makes_of_it() -> None:
    text = b'{"a": [1, 2.5, "\\"[{", {"b": null}]}'

    assert parse(text, ANYTHING) == json.loads(text)
