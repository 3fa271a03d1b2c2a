"""Endpoints as data: their records, read strictly from TOML, and checked against each other."""
