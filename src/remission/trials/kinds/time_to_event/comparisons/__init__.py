"""How two arms are compared by the time to an event, one file for each way."""
