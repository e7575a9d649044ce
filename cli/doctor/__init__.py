"""`autotagger doctor`: whether everything is as it must be, and what to do where it is not."""

from cli.doctor.command import doctor

__all__ = ["doctor"]
