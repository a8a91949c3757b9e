"""Changes, from what is asked for to what was put into service (Rules CHG-1 to CHG-6)."""
