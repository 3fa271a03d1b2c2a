"""Who takes whom: rules of guidance, centres, clinics and trials as data, held against what one person knows.

A rule is met, not met or unknown, and each answer has its proof. There is no score and no order by how well somebody
fits: the rules are compared with the facts one by one, as a reader of the sources would.
"""
