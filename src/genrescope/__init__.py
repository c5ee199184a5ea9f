"""genrescope hears what genre a recording is, shows why, and says how far to trust it."""

__version__ = "0.1.0"
