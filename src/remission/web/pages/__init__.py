"""One file for each part of what is served: its routes and its views, found by walking."""
