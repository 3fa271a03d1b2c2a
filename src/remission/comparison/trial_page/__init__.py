"""A target trial told: the answer in words, pictures, the page in the order of the TARGET statement, its files."""
