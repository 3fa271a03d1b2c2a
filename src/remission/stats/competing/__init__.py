"""Several kinds of events of which the first ends the others' chance: how likely is each by when?"""
