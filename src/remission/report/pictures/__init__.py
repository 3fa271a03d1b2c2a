"""The report's charts and tables, each drawn from estimates and nothing else."""
