"""Acts of people on their records, each in one function; those over both databases with an intent."""
