"""When did what happen to whom, and why do we say so."""
