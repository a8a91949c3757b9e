"""Listeners that bring what Slack sends to the router."""
