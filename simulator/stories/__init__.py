"""Invented days: what happens, and which tags each event must lead to."""
