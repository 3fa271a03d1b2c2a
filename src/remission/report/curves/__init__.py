"""Curves as the page shows them: which are estimated, what is said of them, what stands beside them."""
