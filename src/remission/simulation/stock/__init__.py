"""Invented hospital stock with every known trouble, and the truth that was planted."""
