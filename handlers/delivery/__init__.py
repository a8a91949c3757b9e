"""Words for what could not be delivered."""
