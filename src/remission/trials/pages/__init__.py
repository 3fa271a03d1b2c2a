"""Pages of the site about planning a trial."""
