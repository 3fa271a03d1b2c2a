"""Who has an account, what role, and whose record it opens: addresses here, records in the other database."""
