"""Problems as people look at them: `/problem` (Rules PRB-1 to PRB-4)."""
