"""Incidents, as people see and handle them."""
