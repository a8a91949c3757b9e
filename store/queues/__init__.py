"""Queues of what waits for its time: timers and the outbox."""
