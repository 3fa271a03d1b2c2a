"""Pages of who runs the place or looks after it: settings, counts, acts; no record."""
