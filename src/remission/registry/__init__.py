"""People's own records made a cohort: what may be told, what was told, by whose leave, and what comes of it."""
