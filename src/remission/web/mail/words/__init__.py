"""What fills the places of kinds of letters: one file for those that need more than every letter has.

Each has KINDS, PLACES and `words(letter)`: the places filled, or None where the letter is not wanted any more.
"""
