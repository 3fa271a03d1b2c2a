"""Run a pure function over partitions: here, in threads, in processes, on a cluster. Knows no medicine."""
