"""Sources of organisations and geography: one file each, found by walking."""
