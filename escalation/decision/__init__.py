"""Commands that can be given, the context in which a rule decides, and the port to the memory."""
