"""The ground: the clock, identifiers, errors, planned faults, limits, and the log of calls."""
