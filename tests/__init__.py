"""Mirrors the rooms; `tests/e2e` drives the whole house over real sockets and a real Redis."""
