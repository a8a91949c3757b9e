"""The advisory board: what its members see, say and type."""
