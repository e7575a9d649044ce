"""Whose signature it is, and that only the exact form counts."""

import pytest

from service.settings import Source
from service.signature import Keyring

# RFC 2202, test cases 2 and 3 of HMAC-SHA-1.
WORDS = b"what do ya want for nothing?"
WORDS_SIGNED = b"sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"

KEYRING = Keyring([Source("one", ("Jefe", "older")), Source("two", ("Jefe",)), Source("three", ("else",))])


def test_a_published_vector_is_good() -> None:
    signer = KEYRING.verify([WORDS_SIGNED], WORDS)

    assert signer is not None
    assert signer.workspaces == {"one", "two"}


def test_a_secret_is_counted_under_a_name_that_does_not_tell_it() -> None:
    signer = KEYRING.verify([WORDS_SIGNED], WORDS)

    assert signer is not None
    assert len(signer.key) == 8
    assert signer == Keyring([Source("one", ("Jefe",)), Source("two", ("Jefe",))]).verify([WORDS_SIGNED], WORDS)


def test_a_secret_speaks_for_its_own_workspaces_alone() -> None:
    only = Keyring([Source("one", ("older",)), Source("two", ("Jefe",))])

    signer = only.verify([WORDS_SIGNED], WORDS)

    assert signer is not None
    assert signer.workspaces == {"two"}


@pytest.mark.parametrize(
    "signatures",
    [
        [],
        [WORDS_SIGNED, WORDS_SIGNED],
        [b""],
        [WORDS_SIGNED.upper()],
        [WORDS_SIGNED[5:]],
        [WORDS_SIGNED + b"\n"],
        [b" " + WORDS_SIGNED],
        [WORDS_SIGNED[:-1]],
        [b"sha256=" + WORDS_SIGNED[5:]],
        [WORDS_SIGNED[:-1] + b"\xff"],
        [b"sha1=" + b"0" * 40],
    ],
    ids=repr,
)
def test_anything_else_is_not(signatures: list[bytes]) -> None:
    assert KEYRING.verify(signatures, WORDS) is None


def test_another_body_is_not_good_under_it() -> None:
    assert KEYRING.verify([WORDS_SIGNED], WORDS + b" ") is None


def test_without_secrets_nobody_may_speak() -> None:
    assert Keyring([]).verify([WORDS_SIGNED], WORDS) is None
