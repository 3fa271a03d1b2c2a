"""What many studies say together: one number of several, with what it estimates, how far they differ, and why not."""
