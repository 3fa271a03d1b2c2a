"""What every room reads by: problems told all at once, provenance, strict texts and tables, downloads, kernels."""
