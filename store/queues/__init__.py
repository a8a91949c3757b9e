"""What waits for its time: timers and the outbox."""
