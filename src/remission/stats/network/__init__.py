"""Several treatments compared in a network of trials, directly and by way of others."""
