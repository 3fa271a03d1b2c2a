"""All treatments of a league: what is one treatment, which printed numbers are usable, and the networks they make."""
