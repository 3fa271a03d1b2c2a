"""What is said about MS treatment, and what the studies say to it: verdicts worked out by a rule in a file."""
