"""The fault matrix: what goes wrong in production, done to real processes, and what must hold all the same.

Each row is a function that `tests/faults/matrix.py` knows by its number. `make faults` runs them as long as the real
thing lasts; `make test` runs the quick ones, shortened.
"""
