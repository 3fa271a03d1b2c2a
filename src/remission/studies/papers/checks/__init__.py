"""One file for each way in which printed numbers can be held against each other, found by walking.

A file has `ASKS`, its question, `PLACE`, where it stands among the others, and `check(paper)`, which yields findings.
"""
