"""The addresses the server answers: Slack's own, and those of the sandbox."""
