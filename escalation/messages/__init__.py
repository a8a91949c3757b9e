"""What is told, and to whom: messages and room actions, as meaning, not text."""
