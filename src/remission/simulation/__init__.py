"""What might happen: cohorts with a planted truth. Never imports outcomes: the engine must find the truth by itself."""
