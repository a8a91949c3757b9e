"""Work of operators: look after an installation, hand a contract back."""
