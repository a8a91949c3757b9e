"""Crises, as people see and handle them."""
