"""Tables of records that came with their practices."""
