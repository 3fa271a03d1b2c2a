"""How many events and people a trial needs, and when they are there."""
