"""What the contract file holds, in words: a description of each field, a file for each chapter."""
