"""Refusals in words: what is refused, why, and what can be done instead."""
