"""The problem practice (Rules PRB-1 to PRB-4)."""
