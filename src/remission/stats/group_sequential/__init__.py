"""Looks at a trial before its end: when it may stop, and how likely it is to."""
