"""Planning from 24 to 500: what a phase II result is worth in a trial that is to come."""
