import json

import pytest

from simulator.webhooks.notification import envelope, headers, signature


@pytest.mark.parametrize(
    ("body", "secret", "expected"),
    [
        pytest.param(
            b'{"type":"notification_event","topic":"ping"}',
            "test-client-secret",
            "sha1=a9a86d569c3cf75748b5320b8a71226029b4d0f0",
            id="compact",
        ),
        pytest.param(
            '{\n  "body": "<p>Zoë</p>"\n}\n'.encode(),
            "another-secret",
            "sha1=55b96116eede389079e310632e6d906fcfdf1f17",
            id="spaced, with an accent",
        ),
        pytest.param(b"", "test-client-secret", "sha1=c3b0d8d1eff1b0378d5c52a1c04922eb464765a3", id="empty"),
    ],
)
def test_the_signature_is_that_of_openssl(body: bytes, secret: str, expected: str) -> None:
    """The expected values come from `openssl dgst -sha1 -hmac SECRET`."""
    assert signature(body, secret) == expected


def test_the_headers_are_those_of_the_documentation() -> None:
    found = headers(b"", "test-client-secret")

    assert found == {
        "User-Agent": "intercom-parrot-service-client/1.0",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "X-Hub-Signature": "sha1=c3b0d8d1eff1b0378d5c52a1c04922eb464765a3",
    }


def test_the_envelope_has_its_keys_in_order() -> None:
    body = envelope(
        {"type": "conversation"},
        app_id="q4mx81zt",
        topic="conversation.user.created",
        notification_id="notif_1",
        created_at=1_722_500_001,
        attempt=2,
        first_sent_at=1_722_500_002,
    )

    assert list(json.loads(body).items()) == [
        ("type", "notification_event"),
        ("app_id", "q4mx81zt"),
        ("data", {"type": "notification_event_data", "item": {"type": "conversation"}}),
        ("links", {}),
        ("id", "notif_1"),
        ("topic", "conversation.user.created"),
        ("delivery_status", "pending"),
        ("delivery_attempts", 2),
        ("delivered_at", 0),
        ("first_sent_at", 1_722_500_002),
        ("created_at", 1_722_500_001),
        ("self", None),
    ]


def test_a_ping_has_neither_id_nor_delivery_status() -> None:
    body = envelope({"type": "ping"}, app_id="q4mx81zt", topic="ping", notification_id=None, created_at=1)

    document = json.loads(body)
    assert (document["id"], document["delivery_status"], document["first_sent_at"]) == (None, None, 1)
