"""Sources of answers to requests: one file each, found by walking."""
