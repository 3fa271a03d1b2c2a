"""What can be wrong in one file of a study; `studies.check` looks at files together."""
