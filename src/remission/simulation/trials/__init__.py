"""Trials of time to an event, played many thousand times: every entry, event and loss is drawn. Knows no medicine."""
