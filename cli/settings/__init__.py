"""Settings: from the environment to the settings class of each process."""

from cli.settings.reading import (
    access_tokens,
    both_settings,
    limits,
    log_format,
    receiver_settings,
    redis_settings,
    sources,
    worker_settings,
)
from cli.settings.section import SettingsError
from cli.settings.survey import Survey, Surveyed, survey

__all__ = [
    "SettingsError",
    "Survey",
    "Surveyed",
    "access_tokens",
    "both_settings",
    "limits",
    "log_format",
    "receiver_settings",
    "redis_settings",
    "sources",
    "survey",
    "worker_settings",
]
