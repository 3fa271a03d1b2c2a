"""Published stock files read row by row: rows in = rows out + rows explained."""
