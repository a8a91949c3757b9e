"""The side that people touch: commands, forms, buttons, pages, and the words they read."""
