"""What operators do: look after an installation, hand a contract back."""
