"""What could not be delivered, in words."""
