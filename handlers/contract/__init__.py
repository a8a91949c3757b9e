"""Words for the contract file: a description of each field, and what changed."""
