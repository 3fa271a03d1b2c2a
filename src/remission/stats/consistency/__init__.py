"""Printed numbers held against each other: which of them can be true together, and by which method."""
