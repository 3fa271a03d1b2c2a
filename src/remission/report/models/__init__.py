"""Models of the outcome that a report is asked of, each a file: arrays prepared, a record of what they say."""
