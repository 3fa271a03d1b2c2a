"""A target trial as a file, and carried out on a cohort: who is in it, what is compared, from when, and the effect."""
