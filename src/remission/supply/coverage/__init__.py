"""What can be seen of a therapy at a trust in a month, and why."""
