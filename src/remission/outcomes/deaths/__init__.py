"""Deaths that end what was asked of somebody: which of them competes with an event that did not come first."""
