"""STANDS IN for Intercom in the demo, in tests and in staging. Imports nothing from the other rooms."""
