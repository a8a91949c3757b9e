"""What Slack sends, brought to the router."""
