"""Whether printed numbers fit together, made into rows for pages."""
