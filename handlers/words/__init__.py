"""What is said and how it is shown: catalogs, blocks, texts of people, pages."""
