"""What the customer writes: settings from the environment, and the contract file."""
