"""How likely each person was to be treated, and groups made alike by it: weights, matches, and how alike they are."""
