"""Words, and ways to show them: catalogs, blocks, texts of people, pages."""
