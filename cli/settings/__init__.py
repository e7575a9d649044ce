"""Settings: from the environment to the settings class of each process."""

from cli.settings.reading import both_settings, receiver_settings, redis_settings, sources, worker_settings
from cli.settings.section import SettingsError

__all__ = ["SettingsError", "both_settings", "receiver_settings", "redis_settings", "sources", "worker_settings"]
