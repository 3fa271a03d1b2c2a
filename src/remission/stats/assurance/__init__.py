"""What a result of phase II is worth in phase III: power, assurance, and what shrinks them."""
