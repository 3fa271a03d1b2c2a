"""One model of hazards at a time: fitted, in words, by name from Python, and whether one ratio is enough."""
