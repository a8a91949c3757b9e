"""Slack's Web API and its socket: calls within its limits, answers as they are."""
