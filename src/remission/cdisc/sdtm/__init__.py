"""SDTM datasets mapped to the tables of a cohort; every row is mapped or listed with its reason."""
