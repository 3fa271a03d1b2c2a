"""What was observed: tables, their schema, their checks and their files. Knows no mathematics."""
