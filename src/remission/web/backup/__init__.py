"""Backups that the server itself can not open, the way back from one, and a drill of both."""
