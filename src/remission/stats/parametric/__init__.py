"""Curves with a formula: what each of several shapes says of the years that nobody has seen."""
