"""The twins: `find_NAME` of NAME.py finds the events of the rule of that name for one person, found by walking.

What several of them need stands beside this folder. No file here may import the engine.
"""
