"""Virtual cohorts: a course of disease from named parameters, arms with effects, and what visits would note of it."""
