"""What every practice stands on: time, timers, messages, the journal, refusals."""
