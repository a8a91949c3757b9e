"""Changes as people look at them: `/change` (Rules CHG-1 to CHG-6)."""
