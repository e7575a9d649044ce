"""How long a function takes, call by call."""

import gc
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def microseconds(function: Callable[[T], object], inputs: Sequence[T], rounds: int) -> list[float]:
    """For each input the least of `rounds` calls: what others take of the processor only ever adds."""
    gc.collect()
    gc.disable()
    try:
        best = [float("inf")] * len(inputs)
        for _ in range(rounds):
            for index, given in enumerate(inputs):
                began = time.perf_counter_ns()
                function(given)
                best[index] = min(best[index], time.perf_counter_ns() - began)
    finally:
        gc.enable()
    return [nanoseconds / 1e3 for nanoseconds in best]
