"""Places: which hospital issues which medicine, since when, and what open data cannot see of it."""
