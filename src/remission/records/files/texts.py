"""What of a text nobody can see, and when two texts differ in nothing else."""

from __future__ import annotations

import polars as pl

# What Unicode calls blank (White_Space), control, format or ignorable; format signs that are drawn (of Arabic numbers)
# and what is outside the basic plane are left alone. https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt and
# DerivedCoreProperties.txt; U+2800 is the empty sign of Braille.
RANGES = (
    (0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x1680, 0x1680),
    (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x2800, 0x2800),
    (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB),
)  # fmt: skip
UNSEEN = "".join(chr(sign) for first, last in RANGES for sign in range(first, last + 1))
# Inside a text a blank of any kind is a gap that is seen; what is unseen and no blank leaves no gap.
BLANK = r"[\s\x{115f}\x{1160}\x{2800}\x{3164}\x{ffa0}]"
NO_GAP = "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in RANGES) + "--" + BLANK + "]"
# Nearly every cell begins and ends with a letter, digit or mark of ASCII: only where one does not is more asked.
DOUBTFUL = "^[^!-~]|[^!-~]$"
NOT_PLAIN = "[^ -~]"
# Capitals and letters of Cyrillic and Greek that are drawn as Latin ones (Unicode Technical Standard 39).
DRAWN = ("АВЕЅІЈКМНОРСТУХаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaeopcyxsijABEZHIKMNOPTYXo")


def trim(text: str) -> str:
    r"""A text without what nobody sees around it.

    >>> trim("\ufeffS1\u00a0")
    'S1'
    """
    return text.strip(UNSEEN)


def trimmed(text: pl.Expr) -> pl.Expr:
    """The same, of a column."""
    return text.str.strip_chars(UNSEEN)


def drawn(text: pl.Expr) -> pl.Expr:
    r"""How a text looks: equal for two texts that a person cannot tell apart.

    >>> pl.select(drawn(pl.lit("S\u00a01\u200b")) == "S 1").item()
    True
    """
    plain = text.str.normalize("NFC").str.replace_all(BLANK, " ").str.replace_all(NO_GAP, "")
    return plain.str.replace_many(list(DRAWN[0]), list(DRAWN[1]))


def folded(text: pl.Expr) -> pl.Expr:
    """Equal for two texts that differ in how they look only by blanks and capitals."""
    return drawn(text).str.to_lowercase().str.replace_all(" ", "", literal=True)
