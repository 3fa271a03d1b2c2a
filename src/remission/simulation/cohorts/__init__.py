"""Simulated and reconstructed cohorts, each with what was planted or chosen."""
