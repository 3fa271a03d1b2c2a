"""Pages of an account: its address, its factors, and how it is begun or found again."""
