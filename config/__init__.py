"""The customer's side: settings from the environment, and the contract file."""
