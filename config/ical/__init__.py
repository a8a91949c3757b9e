"""On-call duty to and from iCalendar files (Rule CAL-1)."""
