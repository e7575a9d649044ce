"""What each kind of setting looks like."""

import ipaddress
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import SplitResult, urlsplit

from workers.intercom.regions import BASE_URLS

T = TypeVar("T")

SHOWN_LENGTH = 200
LONGEST = 30 * 86_400
MOST = 1_000_000


class Refused(ValueError):
    """A text is not of the wanted form; the message goes on after the setting's name and holds no secret."""


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """A form in words ("wanted ...") and as a function, which raises ValueError or OSError for any other text."""

    wanted: str
    parse: Callable[[str], T]


def printable(text: str) -> str:
    """`text` on one line, with escapes for what cannot be printed."""
    return repr(text)[1:-1]


def shown(text: str) -> str:
    """`text` as a message quotes it: printable, short, without the user and password of a URL."""
    masked = re.sub(r"(?<=//).*@", "...@", text, flags=re.DOTALL)
    short = masked if len(masked) <= SHOWN_LENGTH else f"{masked[:SHOWN_LENGTH]}..."
    return f'"{printable(short)}"'


def matching(pattern: str, wanted: str) -> Form[str]:
    """A text that `pattern` matches in full."""

    def parse(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError
        return text

    return Form(wanted, parse)


def whole(lowest: int, highest: int, what: str) -> Form[int]:
    """A whole number between the two, both allowed."""

    def parse(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", text) is None or not lowest <= int(text) <= highest:
            raise ValueError
        return int(text)

    return Form(f"{what}, {lowest} to {highest}", parse)


def one_of(choices: dict[str, T], wanted: str) -> Form[T]:
    """One of these words, whatever its case."""

    def parse(text: str) -> T:
        if text.lower() not in choices:
            raise ValueError
        return choices[text.lower()]

    return Form(wanted, parse)


def listed(form: Form[T], wanted: str) -> Form[tuple[T, ...]]:
    """One or more of `form` between commas or on lines of their own, each kept once."""

    def parse(text: str) -> tuple[T, ...]:
        items = [item.strip() for item in re.split(r"[,\n]", text)]
        if "" in items:
            raise Refused("has nothing between two commas, or at its beginning or end")
        return tuple(dict.fromkeys(map(form.parse, items)))

    return Form(wanted, parse)


def folder(start: Path) -> Form[Path]:
    """A folder of rules, which may come to be there later; a relative path goes from `start`."""

    def parse(text: str) -> Path:
        path = start / text
        if path.exists() and not path.is_dir():
            raise ValueError
        return path

    return Form("a folder of rules", parse)


def certificates(start: Path) -> Form[str]:
    """A file of authorities that TLS can read; a relative path goes from `start`."""

    def parse(text: str) -> str:
        ssl.create_default_context(cafile=start / text)
        return str(start / text)

    return Form("a file of PEM certificates", parse)


def endpoint(default_port: int) -> Form[tuple[str, int]]:
    """`host` or `host:port`; an IPv6 address with a port stands in brackets."""

    def parse(text: str) -> tuple[str, int]:
        url = split_url(f"//{text}")
        if url.hostname is None or url.netloc != text or "@" in text:
            raise ValueError
        return HOST.parse(url.hostname), default_port if url.port is None else url.port

    return Form(f"host:port (port {default_port} unless told)", parse)


def split_url(text: str) -> SplitResult:
    """`urlsplit` that refuses what it would drop, and says no word of the URL when it cannot read it."""
    if not text.isprintable() or " " in text:
        raise Refused("holds a space or an unprintable character")
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise Refused("has a host or port that cannot be read (are / ? # @ in a password percent-encoded?)") from None
    return url


def _seconds(longest: int) -> Form[float]:
    """A length of time."""

    def parse(text: str) -> float:
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) is None or not 0 < float(text) <= longest:
            raise ValueError
        return float(text)

    return Form(f"seconds, above 0 and at most {longest}", parse)


def _token(text: str) -> str:
    if re.fullmatch(r"[!-~]+", text) is None:
        raise Refused("holds a space or a character that is not ASCII")
    return text


def _intercom_url(text: str) -> str:
    url = split_url(text.removesuffix("/"))
    if url.scheme not in ("https", "http") or not url.hostname or "@" in url.netloc:
        raise ValueError
    if url.path or url.query or url.fragment or (url.scheme == "http" and not _is_loopback(url.hostname)):
        raise ValueError
    return f"{url.scheme}://{url.netloc}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


ID = r"[A-Za-z0-9_-]{1,64}"
APP_ID = matching(ID, "a workspace's id, as in the app_id of its webhooks (letters, digits, - and _)")
ADMIN_ID = matching(ID, "the id of the teammate in whose name tags are set (letters, digits, - and _)")
APP = matching(ID, "a name for the Intercom app whose token this is (letters, digits, - and _)")
HOST = matching(r"[A-Za-z0-9._:-]{1,253}", "a host name or address")
NAME = matching(r"\S{1,128}", "a name without spaces")
PORT = whole(0, 65_535, "a port")
DATABASE = whole(0, 65_535, "a database number")
COUNT = whole(1, MOST, "a whole number")
DAYS = whole(1, 3_650, "a number of days")
SIZE = whole(1, 2**30 - 1, "a number of bytes")
SECONDS = _seconds(LONGEST)
# A sweep looks back seven days at most, and a little further than to the last one.
SWEEP_INTERVAL = _seconds(6 * 86_400)
SWITCH = one_of(
    dict.fromkeys(("yes", "true", "on", "1"), True) | dict.fromkeys(("no", "false", "off", "0"), False), "yes or no"
)
FILE = Form("the path of a file", str)
PASSWORD = Form("a password", str)
ACCESS_TOKEN = Form("an Intercom access token", _token)
CLIENT_SECRETS = listed(Form("a client secret", _token), "the app's client secret, or several with commas between")
INTERCOM_URL = Form("https://host (http only for this machine), without a path", _intercom_url)

LOG_FORMAT = one_of({"text": "text", "json": "json"}, "text or json")
REGION = one_of(BASE_URLS, "us, eu or au")
