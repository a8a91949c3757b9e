"""Time passes: due timers fire, and whatever was missed is found."""
