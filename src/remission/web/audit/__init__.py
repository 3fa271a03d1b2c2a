"""Who did what to which record: a chain of rows in each database that can only grow, and shows where it was changed."""
