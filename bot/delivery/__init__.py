"""Messages on their way out: through Slack, or by another contact method."""
