"""What the invented hospitals can issue: MS therapies and how their use grew, and the lines they are supplied in.

The shares, trends and delays here are made up; they are near what is known in the large (more ocrelizumab and
ofatumumab, fewer interferons) and right of no hospital. A code that is publicly known for a name is used; the others
are invented, with a valid check digit, in a range of numbers that dm+d has not reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, cast

Group = Literal["injectable", "oral", "high"]
Kind = Literal["ms", "start", "apart", "near", "other"]

NAMESPACE = "1000001"  # that of the United Kingdom, in which dm+d numbers its products
UNITS = {
    "ml": "258773002",
    "tablet": "428673006",
    "capsule": "428641000",
    "vial": "415818006",
    "gram": "258682000",
    "dose": "3317411000001100",
    "no value": "3314211000001106",
}


@dataclass(frozen=True)
class Use:
    """How one therapy is used, nationwide: weight in the mix, first month, growth and how many trusts ever use it.

    `start` is the first possible month (year, month); `rises_months` the time to two thirds of full use; `trend` the
    change per year of its weight; `used_by` the share of trusts with a service that ever use it; `at_home`: supplied
    through homecare where a trust does that.
    """

    therapy: str
    group: Group
    weight: float
    start: tuple[int, int]
    rises_months: float
    trend: float
    used_by: float
    at_home: bool


USES: tuple[Use, ...] = (
    Use("interferon beta-1a im", "injectable", 0.08, (2007, 1), 12, -0.13, 0.95, True),
    Use("interferon beta-1a sc", "injectable", 0.10, (2007, 1), 12, -0.13, 0.95, True),
    Use("interferon beta-1b", "injectable", 0.05, (2007, 1), 12, -0.16, 0.85, True),
    Use("peginterferon beta-1a", "injectable", 0.03, (2015, 6), 24, -0.06, 0.60, True),
    Use("glatiramer acetate", "injectable", 0.13, (2007, 1), 12, -0.09, 0.97, True),
    Use("teriflunomide", "oral", 0.06, (2014, 2), 18, -0.05, 0.90, True),
    Use("dimethyl fumarate", "oral", 0.24, (2014, 9), 18, -0.05, 0.98, True),
    Use("diroximel fumarate", "oral", 0.06, (2022, 7), 24, 0.05, 0.60, True),
    Use("fingolimod", "oral", 0.11, (2012, 6), 18, -0.06, 0.92, True),
    Use("siponimod", "oral", 0.04, (2021, 1), 18, 0.02, 0.65, True),
    Use("ponesimod", "oral", 0.015, (2022, 4), 18, 0.0, 0.30, True),
    Use("cladribine", "oral", 0.03, (2018, 1), 24, 0.03, 0.75, True),
    Use("natalizumab", "high", 0.14, (2007, 9), 12, 0.0, 0.92, False),
    Use("ocrelizumab", "high", 0.30, (2018, 9), 30, 0.03, 0.95, False),
    Use("ofatumumab", "high", 0.18, (2021, 6), 26, 0.06, 0.85, True),
    Use("alemtuzumab", "high", 0.04, (2014, 7), 12, -0.30, 0.40, False),
    Use("ublituximab", "high", 0.03, (2025, 2), 14, 0.10, 0.30, False),
)


@dataclass(frozen=True)
class Line:
    """One product that is issued: its name, code, unit, how much at a time, and which part of its therapy it is.

    `units_per_year` is the vials, syringes, tablets or capsules of a year of treatment (0: titration, which counts
    none), `at_a_time` how many of them are issued at once, `udfs_size` what the file counts in one of them.
    `share` is its part of the therapy's supply from `start` on; of the kind start (a titration pack), packs a month for
    each person on the therapy.
    """

    therapy: str
    name: str
    code: str
    unit: str
    udfs_size: float
    units_per_year: float
    at_a_time: int
    price: float
    share: float = 1.0
    start: tuple[int, int] = (2000, 1)
    unit_dose: str = ""
    kind: Kind = "ms"

    @property
    def is_ms(self) -> bool:
        """Is it of an MS therapy?"""
        return self.kind in ("ms", "start")

    @property
    def is_vial(self) -> bool:
        """Made up in a pharmacy's aseptic room, where part of a vial can be issued."""
        return self.unit == "ml" and "vials" in self.name


def check_digit(number: str) -> str:
    """The digit that makes a SNOMED CT code valid (Verhoeff, over the dihedral group of order ten).

    J. Verhoeff, Error Detecting Decimal Codes, Mathematisch Centrum 1969.

    >>> check_digit("3603031100000110")
    '8'
    """
    sum_so_far = 0
    for place, digit in enumerate(reversed(number), 1):
        sum_so_far = _times(sum_so_far, _shuffled(int(digit), place))
    return str(next(one for one in range(10) if _times(sum_so_far, one) == 0))


def _times(one: int, other: int) -> int:
    """Turns and mirrored turns of a pentagon, one after the other."""
    turn = one + other if one < 5 else one - other
    return turn % 5 + 5 * ((one >= 5) != (other >= 5))


def _shuffled(digit: int, place: int) -> int:
    for _ in range(place % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


def invented_code(number: int) -> str:
    """A VMP code of the right form that no product has.

    >>> invented_code(9_800_001)
    '98000011000001101'
    """
    stem = f"{number}{NAMESPACE}10"
    return stem + check_digit(stem)


# Two lines each. Name; code. Then kind; therapy; unit; its size in one vial, syringe, tablet or capsule; those of a
# year; those issued at once; price of one; share; from when; unit dose. Kind start: titration packs. Apart: strengths
# and forms of other diseases (share: occasions of issue a month in a middling trust). Near: a name that no pattern can
# know, to be reported and never dropped.
_LINES = """
Interferon beta-1a 30micrograms/0.5ml (6million units) {syringes} | invented
    ms | interferon beta-1a im | ml | 0.5 | 52.18 | 12 | 163.5 | 0.4 | always | injection
Interferon beta-1a 30micrograms/0.5ml (6million units) {pens} | invented
    ms | interferon beta-1a im | ml | 0.5 | 52.18 | 12 | 163.5 | 0.6 | always | injection
Interferon beta-1a 12million units/0.5ml {pens} | invented
    ms | interferon beta-1a sc | ml | 0.5 | 156.54 | 36 | 67.77 | 0.6 | always | injection
Interferon beta-1a 36million units/1.5ml solution for injection cartridges | invented
    ms | interferon beta-1a sc | ml | 1.5 | 52.18 | 12 | 203.3 | 0.4 | always | cartridge
Interferon beta-1a 6million units/0.5ml {syringes} and {again} 2.4million units/0.2ml {syringes} | 11416711000001106
    start | interferon beta-1a sc | no value | 1 | 0 | 1 | 552.2 | 0.012 | always | pack
Interferon beta-1b 300microgram powder and solvent for solution for injection vials | 4515611000001109
    ms | interferon beta-1b | vial | 1 | 182.63 | 45 | 39.78 | 1 | always | vial
Peginterferon beta-1a 125micrograms/0.5ml {pens} | invented
    ms | peginterferon beta-1a | ml | 0.5 | 26.09 | 6 | 327 | 1 | always | injection
Glatiramer acetate 20mg/1ml {syringes} | invented
    ms | glatiramer acetate | ml | 1 | 365.25 | 84 | 18.3 | 0.3 | always | injection
Glatiramer acetate 40mg/1ml {syringes} | invented
    ms | glatiramer acetate | ml | 1 | 156.54 | 36 | 42.8 | 0.7 | always | injection
Teriflunomide 14mg tablets | 703788008
    ms | teriflunomide | tablet | 1 | 365.25 | 84 | 37.06 | 1 | always | none
Dimethyl fumarate 240mg gastro-resistant capsules | 24055011000001106
    ms | dimethyl fumarate | capsule | 1 | 730.5 | 168 | 24.52 | 1 | always | none
Dimethyl fumarate 120mg gastro-resistant capsules | 24054811000001101
    start | dimethyl fumarate | capsule | 1 | 0 | 14 | 24.5 | 0.018 | always | none
Diroximel fumarate 231mg gastro-resistant capsules | invented
    ms | diroximel fumarate | capsule | 1 | 1461 | 360 | 12.1 | 1 | always | none
Fingolimod 500microgram capsules | 18748011000001104
    ms | fingolimod | capsule | 1 | 365.25 | 84 | 52.5 | 1 | always | none
Siponimod 2mg tablets | invented
    ms | siponimod | tablet | 1 | 365.25 | 84 | 58.67 | 1 | always | none
Siponimod 250microgram tablets | invented
    start | siponimod | tablet | 1 | 1461 | 12 | 14.7 | 0.02 | always | none
Ponesimod 20mg tablets | invented
    ms | ponesimod | tablet | 1 | 365.25 | 84 | 32.1 | 1 | always | none
Cladribine 10mg tablets | 34796711000001108
    ms | cladribine | tablet | 1 | 14 | 7 | 2047.24 | 1 | always | none
Natalizumab 300mg/15ml solution for infusion vials | 36030311000001108
    ms | natalizumab | ml | 15 | 13.04 | 1 | 1130 | 1 | always | vial
Natalizumab 150mg/1ml {syringes} | 39819411000001106
    ms | natalizumab | ml | 1 | 26.09 | 2 | 565 | 0.7 | 2021-07 | injection
Ocrelizumab 300mg/10ml solution for infusion vials | 35058211000001100
    ms | ocrelizumab | ml | 10 | 4 | 2 | 4790 | 1 | always | vial
Ocrelizumab 920mg/23ml solution for injection vials | invented
    ms | ocrelizumab | ml | 23 | 2 | 1 | 9580 | 0.25 | 2024-11 | vial
Ofatumumab 20mg/0.4ml {pens} | invented
    ms | ofatumumab | ml | 0.4 | 12 | 3 | 1492.5 | 1 | always | injection
Alemtuzumab 12mg/1.2ml solution for infusion vials | 24565711000001104
    ms | alemtuzumab | ml | 1.2 | 4 | 4 | 7045 | 1 | always | vial
Ublituximab 150mg/6ml solution for infusion vials | invented
    ms | ublituximab | ml | 6 | 6.52 | 3 | 2947 | 1 | always | vial
Alemtuzumab 30mg/1ml solution for infusion vials | 7693411000001106
    apart | none | ml | 1 | 0 | 3 | 0 | 0.4 | always | vial
Rituximab 100mg/10ml solution for infusion vials | 35934711000001107
    apart | none | ml | 10 | 0 | 2 | 78.6 | 30 | always | vial
Rituximab 500mg/50ml solution for infusion vials | 35934811000001104
    apart | none | ml | 50 | 0 | 1 | 392.9 | 40 | always | vial
Cladribine 10mg/10ml solution for infusion vials | invented
    apart | none | ml | 10 | 0 | 7 | 159.7 | 0.5 | always | vial
Natalizumab 600mg/30ml solution for infusion vials | invented
    near | none | ml | 30 | 0 | 1 | 2260 | 0.3 | 2026-01 | vial
"""
_WORDS = {
    "{again}": "Interferon beta-1a",
    "{syringes}": "solution for injection pre-filled syringes",
    "{pens}": "solution for injection pre-filled disposable devices",
}


def _line(text: str) -> Line:
    for short, long in _WORDS.items():
        text = text.replace(short, long)
    named, counted = text.splitlines()
    name, code = named.split(" | ")
    kind, therapy, unit, size, per_year, at_a_time, price, share, start, dose = counted.strip().split(" | ")
    return Line(
        therapy="" if therapy == "none" else therapy,
        name=name,
        code="" if code == "invented" else code,
        unit=unit,
        udfs_size=float(size),
        units_per_year=float(per_year),
        at_a_time=int(at_a_time),
        price=float(price),
        share=float(share),
        start=(2000, 1) if start == "always" else (int(start[:4]), int(start[5:])),
        unit_dose={"none": "", "injection": "pre-filled disposable injection"}.get(dose, dose),
        kind=cast(Kind, kind),
    )


def supply_lines() -> tuple[Line, ...]:
    """Every line that is no filler, each with a code, those of therapies first.

    >>> len({line.code for line in supply_lines()}) == len(supply_lines())
    True
    """
    numbered = enumerate(map(_line, re.findall(r"\S.*\n +.*", _LINES)), 9_800_001)
    return tuple(line if line.code else replace(line, code=invented_code(number)) for number, line in numbered)


_SUBSTANCES = """
Paracetamol Ibuprofen Amoxicillin Doxycycline Omeprazole Lansoprazole Furosemide Bumetanide Ramipril
Lisinopril Amlodipine Bisoprolol Atenolol Atorvastatin Simvastatin Metformin Gliclazide Warfarin Apixaban Rivaroxaban
Enoxaparin Dalteparin Morphine Oxycodone Codeine Tramadol Fentanyl Gabapentin Pregabalin Baclofen Tizanidine Diazepam
Lorazepam Midazolam Haloperidol Olanzapine Quetiapine Risperidone Sertraline Citalopram Mirtazapine Amitriptyline
Levetiracetam Lamotrigine Carbamazepine Phenytoin Prednisolone Hydrocortisone Dexamethasone Methylprednisolone
Salbutamol Ipratropium Budesonide Beclometasone Montelukast Cetirizine Loratadine Chlorphenamine Ondansetron
Cyclizine Metoclopramide Domperidone Senna Lactulose Docusate Ferrous Folic Thiamine Digoxin Amiodarone Adenosine
Verapamil Diltiazem Nifedipine Spironolactone Allopurinol Colchicine Methotrexate Azathioprine Mycophenolate
Tacrolimus Ciclosporin Adalimumab Infliximab Tocilizumab Trastuzumab Bevacizumab Pembrolizumab Nivolumab Cisplatin
Carboplatin Oxaliplatin Paclitaxel Docetaxel Gemcitabine Capecitabine Bortezomib Lenalidomide Imatinib Meropenem
Piperacillin Gentamicin Vancomycin Teicoplanin Flucloxacillin Cefuroxime Ceftriaxone Ciprofloxacin Clarithromycin
Metronidazole Nitrofurantoin Trimethoprim Fluconazole Aciclovir Insulin Octreotide Levothyroxine Tamoxifen
Letrozole
"""
_STRENGTHS = ("1mg", "2mg", "5mg", "10mg", "25mg", "50mg", "100mg", "250mg")
_FORMS = (
    ("tablets", "tablet", ""),
    ("capsules", "capsule", ""),
    ("modified-release tablets", "tablet", ""),
    ("/5ml oral solution sugar free", "ml", ""),
    ("/2ml solution for injection ampoules", "ml", "ampoule"),
    ("/10ml solution for infusion vials", "ml", "vial"),
    ("powder for solution for injection vials", "vial", "vial"),
    ("cream", "gram", ""),
    ("oral powder sachets", "no value", ""),
)


def other_medicines() -> tuple[Line, ...]:
    """The filler: medicines of no concern to MS, named as dm+d names them, in an order without pattern.

    >>> other_medicines()[0].name
    'Paracetamol 1mg tablets'
    """
    names = [
        (f"{substance} {strength}{form if form[0] == '/' else ' ' + form}", unit, dose)
        for form, unit, dose in _FORMS
        for strength in _STRENGTHS
        for substance in _SUBSTANCES.split()
    ]
    return tuple(_other(index, *named) for index, named in enumerate(names))


def _other(index: int, name: str, unit: str, dose: str) -> Line:
    price, code = 0.05 + index % 97 / 10, invented_code(9_810_000 + index)
    return Line("", name, code, unit, 1.0, 0, 1, price, unit_dose=dose, kind="other")
