"""On-call duty as people look at it: `/oncall`."""
