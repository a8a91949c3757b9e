"""The calendar of changes, and what stands in a window's way."""
