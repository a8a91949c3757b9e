"""Escalations, as people see and handle them."""
