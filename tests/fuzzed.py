"""How much is tried: a little and always the same, or, by `make fuzz`, much and something new each time."""

import os

from hypothesis import HealthCheck, settings

_LITTLE = 250
_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", _LITTLE))

fuzzed = settings(
    max_examples=_EXAMPLES,
    derandomize=_EXAMPLES == _LITTLE,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
