"""What operators do with the memory: back up, restore, erase, audit."""
