"""The contract file: read, with all its faults at once, each with its line."""
