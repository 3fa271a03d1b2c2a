"""One file for each job: NAME, EVERY (how often) and `run`; `run_for(*ids)` where it is also asked for by `enqueue`."""
