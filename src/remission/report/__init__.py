"""The report of a cohort: what is estimated, said and drawn of one endpoint, on one page."""
