"""The report of a planned trial: the answer, what limits it, pictures and tables, as a page and for programs."""
