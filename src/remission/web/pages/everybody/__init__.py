"""Pages that everybody sees, and those that a letter opens."""
