"""The database: opened, upgraded, shared by replicas, committed in groups."""
