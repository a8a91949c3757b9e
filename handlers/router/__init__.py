"""From what Slack sent to a verb and its answer."""
