"""The sections of the report: one file each, found by walking; its name is the anchor, its PLACE the order."""
