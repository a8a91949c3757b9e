"""The registry: every command, and the view of every message."""
