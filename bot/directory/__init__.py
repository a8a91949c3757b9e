"""The directory of who is who, and which channel is which, in Slack."""
