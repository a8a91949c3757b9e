"""Covers and swaps of on-call duty: asked for, answered, in force (Rule CAL-6)."""
