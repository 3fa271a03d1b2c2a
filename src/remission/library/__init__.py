"""Data a clinician can read and edit, found by walking its folders, each with its source."""
