"""Names of medicines matched to the products of the library, and their amounts turned into patient-years.

Nobody publishes which of some twelve thousand names are MS medicines. A name is matched by pattern and its code is held
against those we know; whatever only resembles an MS medicine is a near miss and told, never counted and never dropped.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise

import polars as pl

from remission.library.catalogue import therapies
from remission.library.products import Product, products

MATCHED, APART, NEAR, OTHER = "matched", "apart", "near miss", "other"
VERDICTS = dict.fromkeys(("vmp_code", "vmp_name", "product", "verdict", "reason"), pl.String)

# First words of the names of MS medicines; a name with one of them is an MS medicine or a near miss.
SUBSTANCES = (
    "interferon beta", "peginterferon beta", "glatiramer", "teriflunomide", "dimethyl fumarate", "diroximel",
    "fingolimod", "siponimod", "ponesimod", "ozanimod", "cladribine", "natalizumab", "ocrelizumab", "ofatumumab",
    "ublituximab", "alemtuzumab", "rituximab", "mitoxantrone", "daclizumab", "fampridine", "tolebrutinib",
    "evobrutinib", "monomethyl fumarate",
)  # fmt: skip
ALIKE = 0.84
LEAST_LETTERS = 7  # shorter words resemble too many others
# Guessing would move patient-years from one therapy to another, so such a name is told and its code asked for.
SHARED = re.compile(r"Interferon beta-1a 6million units/0\.5ml(?!.* and )", re.IGNORECASE)
SHARED_BY = "6 million units in 0.5 ml are Avonex 30 micrograms and Rebif 22 micrograms alike; only its code can tell."
BY_OWN = "By the products.csv of this atlas."
# The permutation of Verhoeff's scheme, as published; SNOMED identifiers end with its digit.
_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def match_names(names: pl.DataFrame, own: tuple[Product, ...] = ()) -> pl.DataFrame:
    """Each name with its product, a verdict and a reason; the rows and their order are those given.

    names: vmp_code, vmp_name. The verdict is "matched" (an MS medicine), "apart" (a product of the library that belongs
    to other diseases, or to MS and others alike), "near miss" (resembles an MS medicine, or carries the code of one,
    and fits no pattern) or "other". A near miss has no product. own: products that the owner of an atlas added; a code
    that one of them lists decides alone.

    >>> match_names(pl.DataFrame({"vmp_code": ["1"], "vmp_name": ["Teriflunomide 14mg tablets"]})).row(0)[2:4]
    ('teriflunomide-14', 'matched')
    """
    rows = [
        (code, name, *_judged(str(code), str(name).strip(), own))
        for code, name in names.select("vmp_code", "vmp_name").iter_rows()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=VERDICTS, orient="row")


def derive_patient_years(rows: pl.DataFrame, own: tuple[Product, ...] = ()) -> pl.DataFrame:
    """Rows with therapy, route_group, use, units and patient-years: the main figure, the smallest and the largest.

    rows: product, unit, quantity (in `unit`). Patient-years are null where the unit is not the product's own: nothing
    is guessed. Titration packs count no patient-years; of strengths that serve both uses the smallest figure is 0.

    >>> row = pl.DataFrame({"product": ["natalizumab-300-infusion"], "unit": ["ml"], "quantity": [195.6]})
    >>> [round(value, 2) for value in derive_patient_years(row).row(0)[-3:]]
    [1.0, 1.0, 1.5]
    """
    joined = rows.join(_factors(own), on="product", how="left", maintain_order="left")
    # The amount is in the product's own unit, or the product has none and amounts are in units already.
    known = (pl.col("unit").str.to_lowercase() == pl.col("udfs_unit")) | (pl.col("udfs_unit") == "")
    size = pl.when(known).then(pl.col("udfs_size").fill_null(1.0))
    with_units = joined.with_columns(units=pl.col("quantity") / size)
    return with_units.with_columns(
        patient_years=_years("units_per_patient_year"),
        # A strength of both uses may all have gone to first weeks, which count no patient-years.
        patient_years_low=pl.when(pl.col("use") == "both").then(0.0).otherwise(_years("units_high")),
        # The fewest units a year make the most patient-years.
        patient_years_high=_years("units_low"),
    ).drop("udfs_unit", "udfs_size", "units_per_patient_year", "units_low", "units_high")


def with_own_units(rows: pl.DataFrame, own: tuple[Product, ...] = ()) -> pl.DataFrame:
    """Rows with the unit of their product where they say none: the unit in which the dictionary counts it.

    rows: product, unit. It is an assumption, to be told by whoever makes it.

    >>> row = pl.DataFrame({"product": ["natalizumab-300-infusion"], "unit": pl.Series([None], dtype=pl.String)})
    >>> with_own_units(row)["unit"].to_list()
    ['ml']
    """
    theirs = pl.when(pl.col("udfs_unit") != "").then(pl.col("udfs_unit"))
    counted_in = _factors(own).select("product", theirs=theirs)
    joined = rows.join(counted_in, on="product", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("unit", "theirs").alias("unit")).drop("theirs")


def _years(factor: str) -> pl.Expr:
    counted = pl.col("units") / pl.col(factor)
    # 0 and not null: a starting pack is a known amount that stands for no year of treatment.
    return pl.when((pl.col("use") == "titration") & pl.col("units").is_not_null()).then(0.0).otherwise(counted)


@cache
def _factors(own: tuple[Product, ...] = ()) -> pl.DataFrame:
    columns = ("therapy", "route_group", "use", "udfs_unit", "udfs_size", "units_per_patient_year", "units_low",
               "units_high")  # fmt: skip
    rows = [(one.name, *(getattr(one, column) for column in columns)) for one in (*products().values(), *own)]
    texts = dict.fromkeys(("product", *columns[:4]), pl.String)
    return pl.DataFrame(rows, schema=texts | dict.fromkeys(columns[4:], pl.Float64), orient="row")


def _judged(code: str, name: str, own: tuple[Product, ...]) -> tuple[str | None, str, str | None]:
    """Product, verdict and reason of one name."""
    # Whoever lists a code has looked at what it is: that is what the file is for.
    listed = next((one for one in own if code in one.codes), None)
    if listed is not None:
        return listed.name, MATCHED, BY_OWN
    fitting = [one for one in products().values() if one.pattern.match(name)] if _may_fit(name) else []
    fitting += [one for one in own if one.pattern.match(name)]
    coded = codes().get(code, ())
    # Two patterns would be a fault of the library; counting one of them at random would hide it.
    if len(fitting) > 1:
        return None, NEAR, f"It fits the patterns of {_names(tuple(fitting))}."
    if not fitting:
        reason = _resemblance(name, coded)
        return None, (NEAR if reason else OTHER), reason
    (product,) = fitting
    return _checked(code, product, coded)


def _checked(code: str, product: Product, coded: tuple[Product, ...]) -> tuple[str | None, str, str | None]:
    """The match of a name held against its code."""
    verdict = MATCHED if product.ms == "yes" else APART
    # Names decide and codes are a check, for most codes are unknown. A verified code that says otherwise is stronger:
    # then neither is counted.
    if coded and product not in coded:
        said = f"Its code is listed for {_names(coded)}"
        if any(one.codes_status == "verified" for one in coded):
            return None, NEAR, f"{said}, its name is that of {product.name}."
        return product.name, verdict, f"{said}, by inference only: the name was followed."
    # Spreadsheets round long numbers: the name still holds, and the reader is told.
    if not has_check_digit(code):
        return product.name, verdict, "Its code fails the check digit of SNOMED identifiers."
    why = _why_apart(product) if verdict == APART else None if product.name in products() else BY_OWN
    return product.name, verdict, why


def _why_apart(product: Product) -> str:
    note = product.note[:1].upper() + product.note[1:]
    return f"{note or 'It belongs to other diseases'}."


def _may_fit(name: str) -> bool:
    folded = name.casefold()
    # The dictionary calls a pack of several strengths by its brand: "Generic Ponvory 14 day initiation pack".
    return folded.startswith(("generic ", *SUBSTANCES))


def _resemblance(name: str, coded: tuple[Product, ...]) -> str | None:
    """Why a name that fits no pattern may be an MS medicine all the same; None when nothing says so."""
    # In this order: what is sure goes first, and a spelling that only resembles goes last.
    if SHARED.match(name):
        return SHARED_BY
    if coded:
        return f"Its code is listed for {_names(coded)}, and its name fits no pattern."
    # Without spaces and signs, for names are run together or hyphenated at will.
    letters = re.sub(r"[^a-z]", "", name.casefold())
    for substance in SUBSTANCES:
        if substance.replace(" ", "") in letters:
            return f"It names {substance} and fits no pattern."
    return _word_like(tuple(re.findall(r"[a-z]+", name.casefold())))


def _word_like(words: tuple[str, ...]) -> str | None:
    """What the words of a name say: a brand of an MS medicine, or a substance spelt nearly right."""
    for word in words:
        if word in _brands():
            return f"It names the brand {word.capitalize()} and fits no pattern."
    # Two words run together: "dimethyl fumarate" may be written in one, or misspelt across the gap.
    pairs = (one + other for one, other in pairwise(words))
    alike = next(filter(None, map(_alike, (*words, *pairs))), None)
    return f"Its name is spelt like {alike}." if alike else None


@cache
def _brands() -> frozenset[str]:
    """First words of the brands of medicines that modify MS, in small letters."""
    return frozenset(brand.split()[0].casefold() for one in therapies().values() if one.tier for brand in one.brands)


@cache
def _alike(letters: str) -> str | None:
    """The substance that a word, or two of them run together, is nearly."""
    if len(letters) < LEAST_LETTERS:
        return None
    for substance in SUBSTANCES:
        whole = substance.replace(" ", "")
        # Only what is of nearly one length and one beginning is compared in full: twelve thousand names are asked.
        if abs(len(whole) - len(letters)) > 2 or whole[0] != letters[0]:
            continue
        if SequenceMatcher(None, whole, letters).ratio() >= ALIKE:
            return substance
    return None


def _names(coded: tuple[Product, ...]) -> str:
    return " or ".join(one.name for one in coded)


@cache
def codes() -> dict[str, tuple[Product, ...]]:
    """The products that a known code may be: of some codes only the substance is known, not the strength.

    >>> [one.therapy for one in codes()["35058211000001100"]]
    ['ocrelizumab']
    """
    found: dict[str, tuple[Product, ...]] = {}
    for one in products().values():
        for code in one.codes:
            found[code] = (*found.get(code, ()), one)
    return found


def has_check_digit(code: str) -> bool:
    """Is the last digit of a SNOMED identifier the one that Verhoeff's scheme asks for?

    >>> has_check_digit("35058211000001100"), has_check_digit("35058211000001101")
    (True, False)
    """
    # `isdigit` alone lets in digits of other scripts.
    if not code.isascii() or not code.isdigit():
        return False
    state = 0
    for place, digit in enumerate(reversed(code)):
        state = _times(state, _turned(int(digit), place % 8))
    return state == 0


def _times(one: int, other: int) -> int:
    """The product of two elements of the group of the pentagon's symmetries, numbered 0 to 9."""
    # Rotations are 0 to 4, reflections 5 to 9; a reflection turns the direction of what follows it.
    if one < 5:
        return (one + other) % 5 if other < 5 else 5 + (one + other) % 5
    return 5 + (one - other) % 5 if other < 5 else (one - other) % 5


@cache
def _turned(digit: int, times: int) -> int:
    for _ in range(times):
        digit = _VERHOEFF_TURN[digit]
    return digit
