"""Pictures of trials that are to come."""
