"""Incidents: opened, qualified, restored, verified, closed (Rules INC-1 to INC-11)."""
