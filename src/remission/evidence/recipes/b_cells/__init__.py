"""What the page of B cells is made from."""
