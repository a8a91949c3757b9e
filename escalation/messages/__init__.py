"""Messages to people: messages and room actions, as meaning, not text."""
