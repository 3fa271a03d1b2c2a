"""What was published, study by study, and what the studies say together.

A study is a file of the library: what was done to whom, each number with where it was read and how far that was
checked. A pooling question is a file too: which numbers, of which studies, by which estimators. Between them stands
one rule: no person is counted twice.
"""
