"""A Slack-compatible workspace on this machine: to try the bot and to test it."""
