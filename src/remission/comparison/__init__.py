"""How groups compare by one endpoint: every contrast and test that the report's models have, as rows and on a page."""
