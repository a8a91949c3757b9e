"""Checks of the chapters of the processes beside incidents and their escalation."""
