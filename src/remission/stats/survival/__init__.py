"""Time to an event: curves, tests and means under censoring, late entry, weights and clusters."""
