"""Things that operators see: logs, metrics, traces, signs of life."""
