"""How much a rule may do before it is stopped."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """More than `max_objects_per_hour` changed objects, and the rule is to be stopped until somebody looks."""

    max_objects_per_hour: int
