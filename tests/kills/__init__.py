"""Kill tests: real processes, ended with `kill -9` at any instant, and what must be true after."""
