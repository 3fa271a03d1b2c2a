"""Which request was sent when, what is due, and what became of it."""
