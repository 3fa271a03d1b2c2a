"""Serving on this computer: ports, workers, the child that does the jobs, the demo, and what a host must have done."""
