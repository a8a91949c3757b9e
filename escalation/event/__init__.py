"""Events of monitoring: read, counted, cleared (Rule EVT-1)."""
