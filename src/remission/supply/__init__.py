"""Hospital stock turned into patient-years, what can be seen of it, and measures."""
