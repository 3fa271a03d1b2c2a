"""Pictures, tables and whole sites written to disk, and what only an earlier run left taken away."""
