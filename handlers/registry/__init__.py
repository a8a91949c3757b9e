"""What there is: every command, and the view of every message."""
