"""Events of which only two days are known: the last without and the first with it."""
