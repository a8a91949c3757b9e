"""Block Kit: what Slack takes of blocks and elements, and what it refuses."""
