"""The rules that an endpoint can have, one file each, found by walking.

A file holds one record, derived from `Rule`, and is named as the rule is. Beside it, under the same name, stand its
finder in `outcomes/rules/` and its plain twin in `outcomes/reference/rules/`.
"""
