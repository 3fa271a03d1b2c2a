"""Pages of a record: for the person, and for who helps them."""
