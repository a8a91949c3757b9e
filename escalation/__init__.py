"""The product in words: pure rules, and use cases over ports. No I/O, no clock, no Slack."""
