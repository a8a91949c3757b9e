"""What the cards, forms and rows of incidents are made of."""
