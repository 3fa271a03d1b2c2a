"""Faults on purpose: kills, full disks, two runs at once, spoilt inputs. `make faults` tries many and counts.

One kind of fault is one file of `kinds`, found by walking, with a `TITLE`, `tries(asked)` and `control(asked)`: the
same with the guard off, where something must be found, for a campaign that finds nothing proves nothing by itself.
"""
