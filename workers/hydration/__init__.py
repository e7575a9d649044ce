"""Asking Intercom for what a decision depends on and the notification does not bring."""
