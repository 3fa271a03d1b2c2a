"""Sources of hospital stock: one file each, found by walking."""
