import pytest

from rules.words.html import to_text

HISTORY = "Your refund is on its way"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<p>Thanks!</p><blockquote>{HISTORY}</blockquote>", id="a blockquote"),
        pytest.param(
            f"<p>Thanks!</p><blockquote>a<blockquote>b</blockquote>{HISTORY}</blockquote>",
            id="quotes in quotes",
        ),
        pytest.param(f'Thanks!<div class="gmail_quote"><div>x</div>{HISTORY}</div>', id="Gmail"),
        pytest.param(f"Thanks!<div id='yahoo_quoted'>{HISTORY}</div>", id="Yahoo"),
        pytest.param(
            f"Thanks!<br>On 5 Jan 2026, Acme wrote:<br><blockquote type=cite>{HISTORY}</blockquote>",
            id="Apple Mail",
        ),
        pytest.param(f"Thanks!\n\n> {HISTORY}\n> and more", id="marked lines"),
        pytest.param(f"<p>Thanks!</p><p>&gt; {HISTORY}</p>", id="marked lines in HTML"),
        pytest.param(f"Thanks!\nOn Mon, 5 Jan 2026 at 15:04, Acme wrote:\n\n{HISTORY}", id="an introduction"),
        pytest.param(
            f"Thanks!\nOn Mon, 5 Jan 2026 at 15:04, Acme <help@acme.example>\nwrote:\n> {HISTORY}",
            id="an introduction on two lines",
        ),
        pytest.param(f"Thanks!\nAm 05.01.2026 um 15:04 schrieb Acme:\n{HISTORY}", id="in German"),
        pytest.param(f"Thanks!\nLe 5 janv. 2026 à 15:04, Acme a écrit :\n{HISTORY}", id="in French"),
        pytest.param(f"Thanks!\n-----Original Message-----\n{HISTORY}", id="a separator"),
        pytest.param(f"Thanks!\nFrom: Acme\nSent: Monday\nTo: Jo\nSubject: x\n\n{HISTORY}", id="Outlook"),
        pytest.param(f"<p>Thanks!</p><b>From:</b> A<br><b>Sent:</b> Monday<br>{HISTORY}", id="Outlook in HTML"),
    ],
)
def test_history_is_not_what_the_customer_wrote_now(body: str) -> None:
    own = to_text(body, quotes=False)

    assert "Thanks!" in own
    assert "refund" not in own
    assert "refund" in to_text(body, quotes=True)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Thanks! On Monday I wrote: I want a refund", id="an introduction in a sentence"),
        pytest.param("Thanks!\n\nFrom: Paris\nI want a refund", id="one header is none"),
        pytest.param("Thanks!\nI wrote this:\nrefund please", id="no date"),
        pytest.param("Thanks!\n2 > 1 and I want a refund", id="a sign in a line"),
        pytest.param(
            "Thanks!\n---------- Forwarded message ---------\nFrom: A\nDate: Monday\nrefund",
            id="a forwarded message",
        ),
        pytest.param(
            'Thanks!<div class="gmail_quote">---------- Forwarded message ---------<br>refund</div>',
            id="a message forwarded by Gmail",
        ),
        pytest.param("Thanks! <blockquote>refund", id="a quote that never ends"),
        pytest.param("Thanks!\nOn 5 Jan 2026, Acme wrote:\n> old\n> older\n\nrefund please", id="an answer below"),
        pytest.param("Thanks!\n" + "From: " * 100 + "\nSent: x\nrefund", id="a line too long for a header"),
    ],
)
def test_what_the_customer_wrote_is_kept(body: str) -> None:
    own = to_text(body, quotes=False)

    assert "Thanks!" in own
    assert "refund" in own
