"""Work of operators with the memory: back up, restore, erase, audit."""
