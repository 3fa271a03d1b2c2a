"""The finders: `find_NAME` of NAME.py finds the events of the rule of that name for every subject at once, by walking.

What several finders need stands beside this folder: `finding`, `walk`, `measures` and `watch`.
"""
