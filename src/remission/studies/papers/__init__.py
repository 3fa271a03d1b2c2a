"""Do the printed numbers of one paper fit together? Checks of digits against digits, and what was searched."""
