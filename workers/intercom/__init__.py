"""Intercom's REST API, version 2.10, as far as this service uses it."""
