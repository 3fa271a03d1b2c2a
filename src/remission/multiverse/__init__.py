"""One endpoint under a grid of definitions: which choice matters, and whose status it changes."""
