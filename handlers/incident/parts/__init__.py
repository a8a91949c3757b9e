"""Parts of the cards, forms and rows of incidents."""
