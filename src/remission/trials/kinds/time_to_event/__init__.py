"""Two arms compared by the time to an event: looks, bounds, events, calendar."""
