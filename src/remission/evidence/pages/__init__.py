"""One file for each kind of page of the evidence, found by walking."""
