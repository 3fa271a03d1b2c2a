"""How it is shown. Pure: outcomes and estimates in; charts, tables and pages out."""
