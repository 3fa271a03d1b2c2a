"""From the file of a design to its report: who, how many, how long, what power, and what limits it."""
