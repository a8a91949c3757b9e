"""Who is who, and which channel is which, in Slack."""
