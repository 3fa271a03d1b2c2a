"""How sure are we: arrays in, estimates out. Knows no medicine."""
