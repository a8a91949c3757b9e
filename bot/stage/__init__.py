"""The bot on the local workspace: to try it, to tour it, to test it."""
