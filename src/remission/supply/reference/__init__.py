"""The plain twins of coverage and measures: one cell at a time, in plain words."""
