"""The ground that every practice stands on: time, timers, messages, the journal, refusals."""
