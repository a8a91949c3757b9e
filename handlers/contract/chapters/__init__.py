"""What the fields of the contract file mean, a file for each chapter: the folder is their list."""
