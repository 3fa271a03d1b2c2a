"""What lies beyond follow-up: several shapes beside each other, what each takes for granted, how far they spread."""
