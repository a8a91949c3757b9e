"""Tell who somebody is to a record, what they may do and know, who is told."""
