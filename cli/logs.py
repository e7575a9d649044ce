"""Logging of the processes: one line an event, on standard error; JSON for programs, text where somebody looks.

Only what is named here gets out: no customer's words, whoever logs them by mistake.
"""

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

Format = Literal["text", "json"]

FIELDS: Final = ("app_id", "job", "outcome", "reason", "rules", "request_id", "wait")
"""What an event may tell besides its sentence; anything else that is handed to a logger is left out."""

ROOMS: Final = frozenset({"cli", "facts", "rules", "service", "simulator", "state", "workers"})
"""Whose sentences are known to hold no customer's words."""

_WHERE_VALUES_BEGIN: Final = re.compile(r"[(<{\[\"'\n]")


def set_up(form: Format | None = None) -> None:
    """Log what a person on call wants to know, as text on a terminal and as JSON elsewhere, unless told.

    arq logs the arguments of jobs at INFO, so it does not get to.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form, seen=sys.stderr.isatty()))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("arq", "httpx", "httpcore", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def formatter(form: Format | None, *, seen: bool) -> logging.Formatter:
    """How lines are written where somebody looks, or nobody does, unless told."""
    return Text() if (form or ("text" if seen else "json")) == "text" else Json()


class Text(logging.Formatter):
    """`2026-11-27 03:00:00,123 WARNING workers.app: a sentence`, and below it where an error came from."""

    def format(self, record: logging.LogRecord) -> str:
        """One event."""
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {_sentence(record)}"
        error = _error(record)
        return f"{line}\n{error['error']}\n{error['place']}".rstrip() if error else line


class Json(logging.Formatter):
    """An object on a line: `time`, `level`, `logger`, `message`, what of `FIELDS` there is, `error` and `place`."""

    def format(self, record: logging.LogRecord) -> str:
        """One event."""
        known = {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _sentence(record),
        }
        return msgspec.json.encode(told | known | _error(record), enc_hook=str).decode()


def _sentence(record: logging.LogRecord) -> str:
    """What a room of ours says is whole; of what a library says, only what comes before the first value."""
    said = record.getMessage()
    if record.name.partition(".")[0] in ROOMS:
        return said
    return _WHERE_VALUES_BEGIN.split(said, maxsplit=1)[0].strip()[:200]


def _error(record: logging.LogRecord) -> dict[str, str]:
    """An error's kind and place, never its words: they may be the customer's."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    return {"error": type(error).__name__, "place": "".join(traceback.format_tb(error.__traceback__))}
