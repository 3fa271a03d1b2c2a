"""The kinds of trials that can be planned, each with what it cannot have, what it promises and how it is said."""
