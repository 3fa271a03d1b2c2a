"""Organisations and geography: which trust is what since when, in which area, and who lies near whom."""
