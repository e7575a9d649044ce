"""What people write, and which tags that must lead to.

The labels are the author's own reading of each message; nothing here evaluates a rule.
"""

from dataclasses import dataclass

from simulator.stories.expectation import NOTHING, Expect, adds, removes

REFUND = adds("billing/refund")
INVOICE = adds("billing/invoice") | removes("triage/unsorted")
CRASH = adds("bug/crash")
CANCEL = adds("churn/cancel-request")

_SMALL_TALK = (
    "We moved the whole team over last spring, and the weekly report has been on every desk by Monday noon. "
    "The new colours are easier on the eyes, the keyboard shortcuts finally stick, and search is quick. "
)


@dataclass(frozen=True, slots=True)
class Message:
    """HTML as Intercom sends it, and what it must lead to."""

    html: str
    expect: Expect = NOTHING


SHARED_MESSAGES = (
    Message("<p>Hi! You charged us twice in March. Please refund the second payment.</p>", REFUND),
    Message("<p>When will my REFUND arrive? It has been nine days.</p>", REFUND),
    Message("<p>Are refunds possible on the yearly plan?</p>", REFUND),
    Message("<p>I still have not been refunded for order 5512.</p>", REFUND),
    Message("<p>I would like a re<b>fund</b>, please.</p>", REFUND),
    Message("<p>Could you re&shy;fund the unused seats?</p>", REFUND),
    Message("<p>I want my money&nbsp;back.</p>", REFUND),
    Message(
        "<p>Your colleague promised a \N{LEFT DOUBLE QUOTATION MARK}full refund\N{RIGHT DOUBLE QUOTATION MARK}.</p>",
        REFUND,
    ),
    Message("<p>When seats&lt;b and we paid for b, a refund&gt;0 is due, is it not?</p>", REFUND),
    Message("<p>My bank opened a chargeback for the last payment.</p>", REFUND),
    Message("<p>The invoice shows two seats too many; please refund the difference.</p>", REFUND),
    Message(f"<p>{_SMALL_TALK * 30}</p><p>One thing though: we were billed twice, a refund would be fair.</p>", REFUND),
    Message('<p class="no-margin">Where do I find the invoice for May?</p>', INVOICE),
    Message("<p>Our INVOICES go to the wrong address.</p>", INVOICE),
    Message("<p>Please put our VAT&nbsp;number on the next bill.</p>", INVOICE),
    Message("<p>I never got a receipt for the last payment.</p>", INVOICE),
    Message("<p>Bonjour, je n\N{RIGHT SINGLE QUOTATION MARK}ai pas reçu la facture de juin.</p>", INVOICE),
    Message("<p>Guten Tag, die Rechnung für Juni fehlt noch.</p>", INVOICE),
    Message("<p>The app crashes whenever I open settings.</p>", CRASH),
    Message("<p>It crashed again &mdash; third time today.</p>", CRASH),
    Message("<p>The installer stops with: <code>Fatal error</code> 0x8007.</p>", CRASH),
    Message("<p>更新之后应用一打开就闪退。</p>", CRASH),
    Message("<p>The editor crashed while I was printing an invoice.</p>", CRASH | INVOICE),
    Message("<p>Since the crash on Friday we have lost a day. We expect a refund.</p>", CRASH | REFUND),
    # Near misses: nothing may come of them.
    Message("<p>The ledger says the deposit was prerefunded, what does that mean?</p>"),
    Message("<p>re</p><p>fund</p>"),
    Message("<p>Refunctioned buttons look great!</p>"),
    Message('<p>I read <a href="https://help.example.com/refund-policy">this page</a> but it is out of date.</p>'),
    Message("<p>The link https://help.example.com/refunds is broken.</p>"),
    Message("<p>Je voudrais un remboursement, s\N{RIGHT SINGLE QUOTATION MARK}il vous plaît.</p>"),
    Message("<p>Wann kommt die Rückerstattung?</p>"),
    Message("<p>请问怎么导出上个月的报表\N{FULLWIDTH QUESTION MARK}</p>"),
    Message("<p>Please charge it back up and send me some pocket money.</p>"),
    Message("<p>Where do I change the VAT settings of our shop?</p>"),
    Message("<p>The fatal flaw is an error in the manual.</p>"),
    Message("<p>Thanks, that solved it \N{SMILING FACE WITH SMILING EYES}</p>"),
    Message("<p>HOW DO I ADD A SECOND SEAT???</p>"),
    Message("<p>Can I export the <i>monthly</i> report as CSV?</p>"),
    Message(f"<p>{_SMALL_TALK * 60}</p>"),
)
"""May be written in a conversation or in a ticket, and lead to the same in both."""

CANCELLATIONS = (
    Message("<p>We want to cancel our account at the end of the month.</p>", CANCEL),
    Message("<p>Please cancel my subscription.</p>", CANCEL),
    Message("<p>How do we CANCEL OUR SUBSCRIPTION?</p>", CANCEL),
    Message(
        "<p>I am sorry to say that we\N{RIGHT SINGLE QUOTATION MARK}re leaving you for a cheaper tool.</p>", CANCEL
    ),
    Message("<p>Cancel our subscription and refund the rest of the year.</p>", CANCEL | REFUND),
    # Near misses.
    Message("<p>Can I cancel a meeting that a colleague booked?</p>"),
    Message("<p>I am leaving your survey unanswered for now.</p>"),
    Message("<p>Our account manager never called us.</p>"),
)
"""Written in conversations only."""

TEAMMATES_MESSAGES = (
    "<p>Hi, thanks for writing. I am looking into the refund right now.</p>",
    "<p>Your invoice is attached, have a nice day!</p>",
    "<p>If you cancel your subscription today, you keep access until the end of the month.</p>",
    "<p>Does the app still crash after the update?</p>",
    "<p>Could you send a screenshot, please?</p>",
    "<p>Give me a minute, I am asking a colleague.</p>",
)
"""Written by teammates, to customers or as notes: whatever the words, nothing may come of them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A ticket's title and description, plain text, and what they must lead to."""

    title: str
    description: str
    expect: Expect = NOTHING


PROBLEMS = (
    Problem("Charged twice", "The card was charged on the 3rd and again on the 4th. Please refund one.", REFUND),
    Problem("Refund for March", "We left in February but paid for March.", REFUND),
    Problem("Money back", "The add-on never worked.", REFUND),
    Problem("Wrong address on invoice", "We moved to Galway in May.", INVOICE),
    Problem("Paperwork", "Our accountant asks for the receipts of last year.", INVOICE),
    Problem("Crash on start", "The desktop app closes right after the splash screen.", CRASH),
    Problem("Sync stops", "After ten minutes the log says: FATAL ERROR in worker 3.", CRASH),
    Problem("Android", "打开相册就闪退\N{FULLWIDTH COMMA}重装也没用。", CRASH),
    # Near misses, and things that no tag is for.
    Problem("Refunctioned menu", "The old menu was better."),
    Problem("Prerefunded deposits", "The column is named prerefunded. Is that right?"),
    Problem("Export is slow", "The CSV export takes four minutes since Tuesday."),
    Problem("Error in the manual", "Page 12 calls it a fatal flaw."),
    Problem("Frage zum Export", "Wie bekomme ich die Daten als CSV?"),
    Problem("Question sur les droits", "Comment ajouter une collègue ?"),
)
