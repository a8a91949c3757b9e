"""The tables, and how records and lists stand in them."""
