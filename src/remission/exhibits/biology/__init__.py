"""Pictures of biology beside effect, from plain data."""
