"""What can be asked, the context in which a rule decides, and the port to the memory."""
