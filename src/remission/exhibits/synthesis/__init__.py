"""Pictures of what many studies say: forest, funnel, cumulative forest, traffic lights, timeline of claims."""
