"""How the end of a run is counted: by an outcome and a reason, of which there are few, all known beforehand."""

from typing import Final

from state.finish import Dead, Done, Ended, NoRoom

Label = tuple[str, str]
"""An outcome, and its reason."""

REASONS: Final = frozenset(
    {
        *("gave up", "crashed", "ended its worker", "payload gone", "unknown tag", "too much work"),
        *("not_found", "tag_not_found", "ticket_not_found", "company_not_found"),
        *("parameter_invalid", "parameter_not_found"),
    }
)
"""The reasons of dead letters that are counted by name."""

_DONE: Final = ("done", "")
_REJECTED: Final = ("dead", "rejected")
_NO_ROOM: Final = ("postponed", "no room among the dead letters")
_RETRIED: Final = ("retried", "error")
_POSTPONED: Final = ("postponed", "")

ALL: Final = (_DONE, *(("dead", reason) for reason in sorted(REASONS)), _REJECTED, _NO_ROOM, _RETRIED, _POSTPONED)


def label(ending: Ended) -> Label:
    """What the end of a run counts as: one of `ALL`."""
    match ending:
        case Done():
            return _DONE
        case Dead(cause):
            # Intercom may put any text there, and a label is for ever.
            return ("dead", cause.reason) if cause.reason in REASONS else _REJECTED
        case NoRoom():
            return _NO_ROOM
        case _:
            return _RETRIED if ending.error else _POSTPONED
