"""Tables as a registry exports them, made a cohort: looked at, mapped by a file that people edit, and converted."""
