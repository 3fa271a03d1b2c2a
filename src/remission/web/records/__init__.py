"""What people told, under random names: rows as the database keeps them, read as the plain rows of `registry`."""
