"""Whole recipes, one file each; each composes the rooms below and adds no rule of its own."""
