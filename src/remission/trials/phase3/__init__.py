"""From phase II to phase III: the result, what is assumed, the steps that lower the chance, and their page."""
