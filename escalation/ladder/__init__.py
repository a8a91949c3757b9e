"""Escalations: climbing the ladders of both firms while time passes (Rules ESC-1 to ESC-8)."""
