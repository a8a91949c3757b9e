"""Words for faults of a contract file or of the settings; a file for each chapter."""
