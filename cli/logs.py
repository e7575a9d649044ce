"""Logging of the processes: one line an event, on standard error."""

import logging
import sys


def set_up() -> None:
    """Log what a person on call wants to know. arq logs the arguments of jobs at INFO, so it does not get to."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("arq", "httpx", "httpcore", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
