"""Notifications on their way: signed, sent, retried, throttled, echoed."""
