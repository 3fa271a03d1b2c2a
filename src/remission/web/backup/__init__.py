"""Copies of both databases, their return, and the drill that shows that they return whole."""
