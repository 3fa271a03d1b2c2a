"""What the pages of the evidence are made from: studies and pools turned into lines, tables and sentences."""
