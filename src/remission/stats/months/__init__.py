"""Series of months and many centres beside each other: ratios, funnels, run charts, diversity."""
