"""What is asked of whom, under which Act."""
