"""What makes a record wrong or doubtful: one module a kind of rule, run in order."""
