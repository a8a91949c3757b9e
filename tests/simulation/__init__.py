"""The simulator: the whole bot on a machine of chance (docs/testing.md)."""
