"""Verbs: what can be typed, clicked or filled in, and how it is read."""
