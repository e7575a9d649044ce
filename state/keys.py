"""The names of everything that is kept in Redis. Scripts get them from here, never spell them themselves."""

from typing import Literal

Lane = Literal["live", "backfill"]
"""Webhooks go before what is caught up on later."""

WAKE = "autotagger:wake"
"""A list with a token for each job that an idle worker may not have noticed yet."""

RUNNING = "autotagger:running"
"""A sorted set: the ids of running jobs by the end of their lease, in ms of Redis's clock."""

BUDGET = "autotagger:budget:"
"""Prefix of the rate budget of one app in a workspace, a hash."""

CIRCUIT = "autotagger:circuit:"
"""Prefix of a circuit through which calls fail, a hash."""

CIRCUITS = "autotagger:circuits"
"""A sorted set: the circuits that are open, by when they are forgotten, in ms of Redis's clock."""

WORKSPACE_BUDGET = "autotagger:workspace-budget:"
"""Prefix of the rate budget that all apps of one workspace share, a hash."""

DEAD = "autotagger:dead"
"""A sorted set: the ids of dead letters by the time of their death, in ms of Redis's clock."""

ACTIONS = "autotagger:actions"
"""A stream of what operators had done, newest last, bounded."""

PAUSED = "autotagger:paused"
"""A hash: the workspaces that are paused, or `*` for all, with by whom and when."""

PAUSED_RULES = "autotagger:paused-rules"
"""A hash: the rules that are paused, as `app_id:rule`, with by whom and when."""

TOUCHED = "autotagger:touched:"
"""Prefix of the objects on which one rule has changed tags, a sorted set by when it last did."""

RESUMED = "autotagger:resumed:"
"""Prefix of when one rule was resumed: what it did before counts no more towards its limit."""

FEED = "autotagger:feed"
"""A stream of what was decided and done, newest last, bounded."""

JOB = "arq:job:"
"""Prefix of a job's bytes. arq reads it by this name."""

PUT_BACK = "autotagger:put-back:"
"""Prefix of the jobs of one workspace that went back to their queue at no cost, a sorted set by when they came, in ms
of Redis's clock."""

LEASE = "arq:in-progress:"
"""Prefix of a running job's lease; its value is the token of who holds it. arq's name."""

FENCE = "autotagger:fence"
"""The number of the last lease: each has a higher one than all before it."""

SUSPECT = "autotagger:suspect"
"""The id of the job that runs alone of all that may have ended their workers."""

ARQ_TRIES = "arq:retry:"
"""Prefix of arq's own count of how often a job was started. arq's name."""

TRIES = "autotagger:tries:"
"""Prefix of a hash: how often a job has failed and why, and what of it is already done."""

LETTER = "autotagger:dead:"
"""Prefix of a dead letter, a hash."""

FETCHED = "autotagger:fetched:"
"""Prefix of what Intercom was asked about a contact or company lately."""

LEDGER = "autotagger:ledger:"
"""Prefix of what was decided and done about the tags of one object, a hash."""

LOCK = "autotagger:lock:"
"""Prefix of the mark of whose run decides on one object; it holds as long as that run's lease."""

GONE = "autotagger:gone:"
"""Prefix of the mark that an object was deleted, or merged into another: nothing is kept of it any more."""

TAG_IDS = "autotagger:tag-ids:"
"""Prefix of the ids of a workspace's tags by the names that rules know them by, a hash."""

ATTEMPT = "autotagger:attempt:"
"""Prefix of the name under which a company is being tagged, for as long as what came of it is not known."""

RECEIVED = "autotagger:received"
"""A hash: when the last webhook of each workspace came that was answered 200, in ms of Redis's clock."""

MINUTE = "autotagger:minute:"
"""Prefix of what the fleet counted in one minute of Unix time, a hash."""

PROCESSES = "autotagger:processes"
"""A sorted set: the processes by when they are taken for dead, in ms of Redis's clock."""

PROCESS = "autotagger:process:"
"""Prefix of what one process says of itself, a hash."""

SEEN = "autotagger:seen:"
"""Prefix of the mark that a notification has been stored once."""


HEARD = "autotagger:heard:"
"""Prefix of a set, by conversation or ticket: its customer's messages that are known, and so are decided on, whatever
told of them."""

BACKFILL = "autotagger:backfill:"
"""Prefix of what is kept of one backfill: a hash, with `:jobs` a list, with `:events` a set."""

BACKFILLS = "autotagger:backfills"
"""A sorted set: the backfills by when they began, in ms of Redis's clock."""


SWEEP = "autotagger:sweep:"
"""Prefix of what is kept of a workspace's sweeps, a hash; with `:turn`, whose turn it is."""


def heard(target: str, app_id: str, message: str) -> str:
    """The mark of one customer's message: the set of its conversation or ticket, a colon, and what it is known by."""
    return f"{heard_of(target, app_id)}:{message}"


def heard_of(target: str, app_id: str) -> str:
    """The set of the known messages of a conversation or ticket."""
    return f"{heard_in(app_id)}{target}"


def heard_in(app_id: str) -> str:
    """How the marks of one workspace's messages begin."""
    return f"{HEARD}{app_id}:"


def minute(number: int) -> str:
    """What was counted in a minute of Redis's clock, numbered from 1970 on."""
    return f"{MINUTE}{number}"


def queue(app_id: str, lane: Lane = "live") -> str:
    """The queue of one workspace: a sorted set of job ids by when they may run, in ms of Redis's clock."""
    return f"autotagger:queue:{lane}:{app_id}"
