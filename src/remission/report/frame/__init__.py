"""What frames the sections of a report: the headlines above them and the provenance below."""
