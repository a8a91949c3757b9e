"""The chapters of the support processes, each of which a contract may have or not."""
