"""A trial that nobody ran, out of records: who would have been in which arm, and when each was no longer in it."""
