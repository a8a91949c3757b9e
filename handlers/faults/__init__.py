"""What is wrong with a contract file or with the settings, in words; a file for each chapter."""
