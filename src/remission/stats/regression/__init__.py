"""Hazards compared: Cox's model and what is read off it, under ties, strata, late entry, weights and clusters."""
