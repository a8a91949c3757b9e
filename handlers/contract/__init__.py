"""What the contract file holds, in words: a description of each field, and what changed."""
