"""Likelihoods of hazards compared, with their slopes, and how the largest value of one is found."""
