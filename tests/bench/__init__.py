"""Measures the service against its baselines: `make bench`, or `python -m tests.bench [NAMES] [--quick] [--json]`."""
