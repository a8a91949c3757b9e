"""Words that several practices share."""
