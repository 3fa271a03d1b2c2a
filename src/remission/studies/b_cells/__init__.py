"""B cells under treatment: what was printed, what can stand on one axis beside effect, and how counts come back."""
