"""What people write, in several languages.

Each sentence is HTML as Intercom sends it; `{order}`, `{amount}` and `{day}` are filled in.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How a language greets and closes, what it says about each topic, and how a teammate answers."""

    name: str
    code: str
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    topics: Mapping[str, tuple[str, ...]]
    answers: tuple[str, ...]
    thanks: tuple[str, ...]


ENGLISH = Language(
    "English",
    "en",
    ("<p>Hi there,</p>", "<p>Hello!</p>", "<p>Dear team,</p>", ""),
    ("<p>Thanks!</p>", "<p>Kind regards</p>", "<p>Thank you for looking into it \N{PERSON WITH FOLDED HANDS}</p>", ""),
    {
        "refund": (
            "<p>We were charged {amount} twice on {day}. Please <b>refund</b> one of the payments.</p>",
            "<p>When will the money for order {order} be back? It has been nine days.</p>",
            "<p>Are refunds possible on the yearly plan?</p>",
        ),
        "invoice": (
            "<p>The invoice for {day} still shows our old address.</p>",
            "<p>Could you send the receipt for order&nbsp;{order}, please?</p>",
            "<p>Our accountant asks for all invoices of last year.</p>",
        ),
        "crash": (
            "<p>The app crashes as soon as I open the settings.</p><p><code>Fatal error 0x{order}</code></p>",
            "<p>Since {day} the export stops half-way.<br>Steps:</p><ol><li>open a report</li><li>Export</li></ol>",
            '<p>Nothing loads any more. <a href="https://status.example.com">Status</a> says all is well?!</p>',
        ),
        "question": (
            "<p>How do I add a second seat?</p>",
            "<p>Can the weekly report also be sent on Mondays?</p>",
            '<p>I read <a href="https://help.example.com/articles/{order}">this page</a>, but it is out of date.</p>',
        ),
        "cancel": (
            "<p>We want to cancel our account at the end of the month.</p>",
            "<p>Please cancel my subscription ({order}).</p>",
        ),
        "praise": ("<p>Just wanted to say that the new colours look great!</p>",),
    },
    (
        "<p>Thanks for writing in. I am looking into it right now.</p>",
        "<p>Could you send us a screenshot, please?</p>",
        "<p>That is done now; it may take a day until you see it.</p>",
    ),
    ("<p>Perfect, that solved it.</p>", "<p>Great, thank you!</p>", "<p>Any news?</p>"),
)

GERMAN = Language(
    "German",
    "de",
    ("<p>Guten Tag,</p>", "<p>Hallo,</p>", ""),
    ("<p>Viele Grüße</p>", "<p>Danke im Voraus!</p>", ""),
    {
        "refund": (
            "<p>am {day} wurden uns {amount} doppelt abgebucht. Bitte erstatten Sie einen der Beträge.</p>",
            "<p>wann kommt die Rückerstattung für Bestellung {order}?</p>",
        ),
        "invoice": ("<p>die Rechnung vom {day} fehlt noch.</p>", "<p>bitte die USt-IdNr. auf die Rechnung setzen.</p>"),
        "crash": ("<p>seit dem Update vom {day} stürzt die App beim Öffnen ab.</p>",),
        "question": ("<p>wie bekomme ich die Daten als CSV?</p>", "<p>kann man Berichte teilen?</p>"),
        "cancel": ("<p>wir möchten unser Abo zum Monatsende kündigen.</p>",),
        "praise": ("<p>die neue Suche ist großartig!</p>",),
    },
    ("<p>Danke für Ihre Nachricht, ich sehe es mir an.</p>", "<p>Könnten Sie uns ein Bildschirmfoto schicken?</p>"),
    ("<p>Das hat geholfen, danke!</p>", "<p>Gibt es etwas Neues?</p>"),
)

FRENCH = Language(
    "French",
    "fr",
    ("<p>Bonjour,</p>", "<p>Bonjour à toute l&rsquo;équipe,</p>", ""),
    ("<p>Merci d&rsquo;avance</p>", "<p>Cordialement</p>", ""),
    {
        "refund": ("<p>nous avons été débités deux fois de {amount} le {day}. Merci de nous rembourser.</p>",),
        "invoice": (
            "<p>je n&rsquo;ai pas reçu la facture de la commande {order}.</p>",
            "<p>la facture du {day} est au mauvais nom.</p>",
        ),
        "crash": ("<p>l&rsquo;application plante dès que j&rsquo;ouvre les réglages.</p>",),
        "question": ("<p>comment ajouter une collègue&nbsp;?</p>", "<p>où changer la langue&nbsp;?</p>"),
        "cancel": ("<p>nous souhaitons résilier notre abonnement.</p>",),
        "praise": ("<p>bravo pour la nouvelle version&nbsp;!</p>",),
    },
    ("<p>Merci pour votre message, je regarde.</p>", "<p>Pourriez-vous nous envoyer une capture&nbsp;?</p>"),
    ("<p>C&rsquo;est parfait, merci&nbsp;!</p>", "<p>Avez-vous des nouvelles&nbsp;?</p>"),
)

SPANISH = Language(
    "Spanish",
    "es",
    ("<p>Hola:</p>", "<p>Buenos días:</p>", ""),
    ("<p>¡Muchas gracias!</p>", "<p>Un saludo</p>", ""),
    {
        "refund": ("<p>El {day} nos cobraron {amount} dos veces. ¿Pueden devolvernos uno de los pagos?</p>",),
        "invoice": ("<p>Necesito la factura del pedido {order}.</p>",),
        "crash": ("<p>La aplicación se cierra sola desde la actualización del {day}.</p>",),
        "question": ("<p>¿Cómo invito a una compañera?</p>", "<p>¿Se puede exportar a CSV?</p>"),
        "cancel": ("<p>Queremos cancelar la suscripción.</p>",),
        "praise": ("<p>¡El nuevo diseño es una maravilla!</p>",),
    },
    ("<p>Gracias por escribirnos, lo reviso ahora mismo.</p>", "<p>¿Podría enviarnos una captura?</p>"),
    ("<p>Perfecto, ya funciona.</p>", "<p>¿Hay novedades?</p>"),
)

JAPANESE = Language(
    "Japanese",
    "ja",
    ("<p>お世話になっております。</p>", ""),
    ("<p>よろしくお願いいたします。</p>", ""),
    {
        "refund": ("<p>{day}に{amount}が二重に請求されました。返金をお願いします。</p>",),
        "invoice": ("<p>注文{order}の請求書を送っていただけますか。</p>",),
        "crash": ("<p>設定を開くとアプリが落ちます。</p>",),
        "question": ("<p>席を追加するにはどうすればよいですか。</p>",),
        "cancel": ("<p>今月末で解約したいです。</p>",),
        "praise": ("<p>新しい検索がとても速くて助かります。</p>",),
    },
    ("<p>ご連絡ありがとうございます。確認いたします。</p>",),
    ("<p>解決しました。ありがとうございます。</p>",),
)

CHINESE = Language(
    "Chinese",
    "zh",
    ("<p>您好。</p>", ""),
    ("<p>谢谢!</p>", ""),
    {
        "refund": ("<p>{day}重复扣款{amount}。请退还其中一笔。</p>",),
        "invoice": ("<p>请发送订单{order}的发票。</p>",),
        "crash": ("<p>更新之后应用一打开就闪退。</p>",),
        "question": ("<p>请问怎么导出上个月的报表。</p>",),
        "cancel": ("<p>我们想在月底取消订阅。</p>",),
        "praise": ("<p>新版本很好用!</p>",),
    },
    ("<p>感谢您的来信。我马上查看。</p>",),
    ("<p>已经好了。谢谢!</p>",),
)

LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, JAPANESE, CHINESE)
WEIGHTS = (60, 12, 10, 8, 5, 5)
"""How many of a hundred conversations are in which language."""

TOPICS = {"question": 34, "crash": 20, "refund": 16, "invoice": 16, "cancel": 8, "praise": 6}
"""How many of a hundred conversations are about what; every language has words for each."""
