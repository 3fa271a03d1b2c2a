"""A target trial as a file: who could have been in it, what is compared, from when, for how long, and of whom it is."""
