"""Pictures of a network of trials: its graph, its league table, ranks, a funnel, and effects beside one another."""
